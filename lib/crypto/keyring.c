#include "crypto/keyring.h"

#include "crypto/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (16 * 1024)

bool kf_kid_valid(const char *kid, size_t len)
{
    if (len < 1 || len > KF_KID_MAX) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!(kid[i] >= 'a' && kid[i] <= 'z') && !(kid[i] >= '0' && kid[i] <= '9')
            && kid[i] != '-') {
            return false;
        }
    }
    return true;
}

/* A key made up by a person: each byte differs from the one before by the same step. */
static bool patterned(const uint8_t key[KF_KEY_BYTES])
{
    uint8_t step = (uint8_t)(key[1] - key[0]);

    for (int i = 2; i < KF_KEY_BYTES; i++) {
        if ((uint8_t)(key[i] - key[i - 1]) != step) {
            return false;
        }
    }
    return true;
}

static const char *add_key(kf_keyring_t *ring, const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    size_t kid_len = space ? (size_t)(space - line) : 0;
    kf_key_t *key = &ring->keys[ring->n];
    size_t key_len = 0;

    if (!kf_kid_valid(line, kid_len)) {
        return "must be a key id of [a-z0-9-]{1,16}, a space and a key";
    }
    if (!kf_base64_read(key->key, &key_len, KF_KEY_BYTES, space + 1, len - kid_len - 1)
        || key_len != KF_KEY_BYTES) {
        return "must hold base64 of exactly 32 bytes";
    }
    if (patterned(key->key)) {
        return "holds a key that is not random";
    }
    for (size_t i = 0; i < ring->n; i++) {
        if (!strncmp(ring->keys[i].kid, line, kid_len) && !ring->keys[i].kid[kid_len]) {
            return "repeats a key id";
        }
        if (kf_equal_secret(ring->keys[i].key, KF_KEY_BYTES, key->key, KF_KEY_BYTES)) {
            return "repeats a key";
        }
    }
    memcpy(key->kid, line, kid_len);
    ring->n++;
    return NULL;
}

kf_err_t *kf_keyring_parse(const kf_keyring_t **out, const char *text, size_t len, apr_pool_t *p)
{
    kf_keyring_t *ring = apr_pcalloc(p, sizeof(*ring));
    const char *end = text + len;

    kf_wipe_with_pool(ring, sizeof(*ring), p);
    for (int number = 1; text < end; number++) {
        const char *eol = memchr(text, '\n', (size_t)(end - text));
        size_t line_len = (size_t)((eol ? eol : end) - text);
        const char *wrong = NULL;

        if (line_len && *text != '#') {
            wrong = ring->n == KF_KEYS_MAX ? "is one key too many" : add_key(ring, text, line_len);
        }
        if (wrong) {
            return kf_err(p, KF_E_CONFIG, "Line %d of the key file %s.", number, wrong);
        }
        text = eol ? eol + 1 : end;
    }
    if (!ring->n) {
        return kf_err(p, KF_E_CONFIG, "The key file has no key.");
    }
    *out = ring;
    return NULL;
}

static kf_err_t *check_file(int fd, bool check_mode, apr_pool_t *p)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return kf_err(p, KF_E_CONFIG, "The key file is not a regular file.");
    }
    if (check_mode && (st.st_mode & (S_IRWXG | S_IRWXO))) {
        return kf_err(p, KF_E_CONFIG, "The key file is accessible to group or others: run chmod 600.");
    }
    if (st.st_size > FILE_MAX) {
        return kf_err(p, KF_E_CONFIG, "The key file is larger than %d bytes.", FILE_MAX);
    }
    return NULL;
}

static kf_err_t *read_all(size_t *len, char *text, int fd, apr_pool_t *p)
{
    *len = 0;
    while (*len < FILE_MAX) {
        ssize_t n = read(fd, text + *len, FILE_MAX - *len);

        if (n < 0 && errno != EINTR) {
            return kf_err_because(p, kf_err(p, KF_E_CONFIG, "The key file cannot be read."),
                                  "errno %d", errno);
        }
        if (n == 0) {
            break;
        }
        *len += n > 0 ? (size_t)n : 0;
    }
    return NULL;
}

kf_err_t *kf_keyring_load(const kf_keyring_t **out, const char *path, bool check_mode,
                          apr_pool_t *p)
{
    char *text = apr_palloc(p, FILE_MAX);
    size_t len = 0;
    kf_err_t *err;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0) {
        return kf_err_because(p, kf_err(p, KF_E_CONFIG, "The key file cannot be opened."),
                              "errno %d", errno);
    }
    err = check_file(fd, check_mode, p);
    if (!err) {
        err = read_all(&len, text, fd, p);
    }
    close(fd);
    if (!err) {
        err = kf_keyring_parse(out, text, len, p);
    }
    kf_wipe(text, len);
    return err;
}

const kf_key_t *kf_keyring_find(const kf_keyring_t *ring, const char *kid, size_t kid_len)
{
    for (size_t i = 0; i < ring->n; i++) {
        if (strlen(ring->keys[i].kid) == kid_len && !memcmp(ring->keys[i].kid, kid, kid_len)) {
            return &ring->keys[i];
        }
    }
    return NULL;
}

kf_err_t *kf_keyring_line(char out[KF_KEY_LINE_MAX + 1], const char *kid, apr_pool_t *p)
{
    size_t kid_len = strnlen(kid, KF_KID_MAX + 1);
    uint8_t key[KF_KEY_BYTES];

    if (!kf_kid_valid(kid, kid_len)) {
        return kf_err(p, KF_E_INVALID, "A key id must have 1 to 16 characters: a-z, 0-9 and the hyphen.");
    }
    KF_TRY(kf_random_secret(key, sizeof(key), p));
    memcpy(out, kid, kid_len);
    out[kid_len] = ' ';
    kf_base64_write(out + kid_len + 1, key, sizeof(key));
    kf_wipe(key, sizeof(key));
    return NULL;
}
