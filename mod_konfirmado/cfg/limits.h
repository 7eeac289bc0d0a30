#ifndef KFM_CFG_LIMITS_H
#define KFM_CFG_LIMITS_H

/** The classes of KonfirmadoRateLimit. Each route names the class that counts its requests. */
typedef enum {
    KFM_LIMIT_READ,
    KFM_LIMIT_HOLD,
    KFM_LIMIT_BOOK,
    KFM_LIMIT_WEBHOOK,
    KFM_LIMIT__COUNT,
    KFM_LIMIT_NONE = KFM_LIMIT__COUNT
} kfm_limit_t;

/** Their names in the directive and in the header fields. */
extern const char *const kfm_cfg_limit_names[KFM_LIMIT__COUNT];

#endif
