/* For sanitizer runs: libraries stay loaded, so that what they allocated keeps its names at exit. */
int dlclose(void *handle)
{
    (void)handle;
    return 0;
}
