/* Preloaded under a sanitizer: libraries stay loaded. So the leak report at the end can name a module's functions,
 * and no pointer left by a library refers to unmapped memory. */
int dlclose(void *handle);

int dlclose(void *handle)
{
    (void)handle;
    return 0;
}
