/*
 * A plain main for a fuzz target: replays the files named on the command line,
 * so that `make check` runs every seed with any compiler. Folders are not
 * walked; the caller expands them. Fails if it was given nothing to replay.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

#define REPLAY_MAX (1024 * 1024) /* bytes of one seed */

/* The buffer is exactly as long as the seed, so that a sanitizer sees the first byte too many. */
static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        perror(path);
        return 1;
    }
    uint8_t *whole = malloc(REPLAY_MAX);
    size_t size = whole != NULL ? fread(whole, 1, REPLAY_MAX, f) : 0;
    int bad = whole == NULL || ferror(f) || fgetc(f) != EOF;
    fclose(f);
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (bad || data == NULL) {
        fprintf(stderr, "%s: cannot be read, or is longer than %d bytes\n", path, REPLAY_MAX);
        bad = 1;
    } else {
        for (size_t i = 0; i < size; i++) {
            data[i] = whole[i];
        }
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    free(whole);
    return bad;
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (LLVMFuzzerInitialize != NULL) {
        LLVMFuzzerInitialize(&argc, &argv);
    }
    if (argc < 2) {
        fprintf(stderr, "usage: %s SEED...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        failed += replay_file(argv[i]);
    }
    return failed > 0;
}
