/*
 * Preloaded under a sanitizer: libraries stay loaded. The report of a leak at
 * the end can then name the functions of a module, and nothing that a library
 * left behind points into unmapped memory.
 */
int dlclose(void *handle);

int dlclose(void *handle)
{
    (void)handle;
    return 0;
}
