/*
 * Runs many commands over one connection. Each is a line with a JSON array of
 * words, as a shell would pass them, so that no text needs quoting. Under --json
 * each answer is a line as well.
 */
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"

/* The words of a line, preceded by "konfirmadoctl". */
static kf_err_t *words_of(const char *const **out, int *n, kfm_ctl_t *ctl, const char *line)
{
    json_t *list = NULL;
    const char **words;

    if (kfm_ctl_load(&list, ctl, line) || !json_is_array(list)) {
        return kfm_ctl_usage(ctl, "A line of a batch must be a JSON array of arguments: [\"tenant\", \"show\", "
                                  "\"aurora\"].");
    }
    *n = (int)json_array_size(list) + 1;
    words = apr_palloc(ctl->p, sizeof(*words) * (size_t)*n);
    words[0] = "konfirmadoctl";
    for (int i = 1; i < *n; i++) {
        words[i] = json_string_value(json_array_get(list, (size_t)i - 1));
        if (!words[i]) {
            return kfm_ctl_usage(ctl, "Argument %d of the line is not a string: write numbers as \"30\".", i);
        }
    }
    *out = words;
    return NULL;
}

static kf_err_t *run_line(kfm_ctl_t *one, const char *line)
{
    const char *const *words = NULL;
    int n = 0;

    KF_TRY(words_of(&words, &n, one, line));
    return kfm_ctl_run(one, n, words);
}

/* Runs one command and returns its exit status. */
static int do_line(const kfm_ctl_t *ctl, const char *line)
{
    kfm_ctl_t one = {.key_file = ctl->key_file, .json = ctl->json, .lines = true, .db = ctl->db};
    kf_err_t *err;
    int status;

    apr_pool_create(&one.p, ctl->p);
    err = run_line(&one, line);
    if (err) {
        kfm_ctl_error(&one, err);
    }
    status = err ? kfm_ctl_status(err) : one.failed;
    apr_pool_destroy(one.p);
    return status;
}

static kf_err_t *run(kfm_ctl_t *ctl)
{
    char *line = NULL;
    size_t size = 0;

    KF_TRY(kfm_ctl_owns_stdin(ctl));
    while (!ctl->failed && !ferror(stdout) && getline(&line, &size, stdin) > 0) {
        if (line[strspn(line, " \t\r\n")]) {
            ctl->failed = do_line(ctl, line);
            fflush(stdout);
        }
    }
    free(line);
    return ferror(stdin) ? kf_err(ctl->p, KF_E_INTERNAL, "Standard input cannot be read.") : NULL;
}

const kfm_ctl_cmd_t kfm_ctl_batch[] = {
    {"batch", NULL, 0, 0, KFM_CTL_DATABASE,
     "Runs commands from standard input over one connection, one JSON array of arguments per line: [\"tenant\", "
     "\"show\", \"aurora\"]. It stops at the first command that fails, with its exit status; earlier commands remain "
     "in effect. With --json each answer is one line.",
     NULL, run},
    KFM_CTL_CMD_END};
