#ifndef KF_BASE_VERSION_H
#define KF_BASE_VERSION_H
/* The release, KF_VERSION, defined by configure. Without it, as in a tool that reads one file, it is "0". */

#ifndef KF_VERSION
#define KF_VERSION "0"
#endif

#endif
