#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

#include "base/limits.h"
#include "base/num.h"
#include "ctl/ctl.h"

const kfm_ctl_opt_t kfm_ctl_globals[] = {
    {"database", KFM_CTL_TEXT, "CONNINFO",
     "the connection string for libpq (env KONFIRMADO_DATABASE)", NULL},
    {"key-file", KFM_CTL_TEXT, "FILE", "the keys that seal secrets (env KONFIRMADO_KEY_FILE)",
     NULL},
    {"json", KFM_CTL_FLAG, NULL, "print one JSON document to standard output", NULL},
    {"help", KFM_CTL_FLAG, NULL, "print the usage of a command", NULL},
    {"version", KFM_CTL_FLAG, NULL, "print the version", NULL},
    KFM_CTL_END};

kf_err_t *kfm_ctl_usage(kfm_ctl_t *ctl, const char *fmt, ...)
{
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = apr_pvsprintf(ctl->p, fmt, args);
    va_end(args);
    return kf_err(ctl->p, KF_E_MALFORMED, "%s", text);
}

bool kfm_ctl_is_usage(const kf_err_t *err)
{
    return err->code == KF_E_MALFORMED;
}

static const kfm_ctl_opt_t *find_in(const kfm_ctl_opt_t *table, const char *name, size_t len)
{
    for (; table && table->name; table++) {
        if (strlen(table->name) == len && !memcmp(table->name, name, len)) {
            return table;
        }
    }
    return NULL;
}

static void remember_global(kfm_ctl_t *ctl, const kfm_ctl_opt_t *opt, const char *value)
{
    switch (opt - kfm_ctl_globals) {
    case 0:
        ctl->database = value;
        break;
    case 1:
        ctl->key_file = value;
        break;
    case 2:
        ctl->json = true;
        break;
    case 3:
        ctl->help = true;
        break;
    default:
        ctl->version = true;
    }
}

static kf_err_t *remember(kfm_ctl_t *ctl, const kfm_ctl_opt_t *opt, bool global, const char *value)
{
    kfm_ctl_given_t *given;

    if (global) {
        remember_global(ctl, opt, value);
        return NULL;
    }
    if (opt->kind != KFM_CTL_LIST &&
        (kfm_ctl_flag(ctl, opt->name) || kfm_ctl_text(ctl, opt->name))) {
        return kfm_ctl_usage(ctl, "--%s is given twice.", opt->name);
    }
    if (kfm_ctl_list(ctl, opt->name)->nelts >= KF_MAX_CTL_OPTION) {
        return kfm_ctl_usage(ctl, "--%s is given more than %d times.", opt->name,
                             KF_MAX_CTL_OPTION);
    }
    given = apr_array_push(ctl->given);
    given->name = opt->name;
    given->value = value;
    return NULL;
}

/* argv[*i] is "--name" or "--name=value". Advances *i to the value if it is a separate word. */
static kf_err_t *take_option(kfm_ctl_t *ctl, int argc, const char *const *argv, int *i)
{
    const char *name = argv[*i] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const kfm_ctl_opt_t *opt = find_in(kfm_ctl_globals, name, len);
    bool global = opt != NULL;

    if (!opt && ctl->cmd) {
        opt = find_in(ctl->opts, name, len);
    }
    if (!opt) {
        return ctl->cmd
                   ? kfm_ctl_usage(ctl, "%s has no option --%.*s.", ctl->cmd->name, (int)len, name)
                   : kfm_ctl_usage(ctl, "--%.*s is given before the command: put the command first.",
                                   (int)len, name);
    }
    if (opt->kind == KFM_CTL_FLAG) {
        return equals ? kfm_ctl_usage(ctl, "--%s takes no value.", opt->name)
                      : remember(ctl, opt, global, NULL);
    }
    if (!equals && ++*i >= argc) {
        return kfm_ctl_usage(ctl, "--%s needs a value.", opt->name);
    }
    return remember(ctl, opt, global, equals ? equals + 1 : argv[*i]);
}

/* The command with exactly these words. If there is none, *begins tells whether any command begins with them. */
static const kfm_ctl_cmd_t *find_command(const char *words, bool *begins)
{
    size_t len = strlen(words);

    *begins = false;
    for (const kfm_ctl_cmd_t *const *family = kfm_ctl_families; *family; family++) {
        for (const kfm_ctl_cmd_t *cmd = *family; cmd->name; cmd++) {
            if (!strcmp(cmd->name, words)) {
                return cmd;
            }
            *begins |= !strncmp(cmd->name, words, len) && cmd->name[len] == ' ';
        }
    }
    return NULL;
}

static kf_err_t *take_word(kfm_ctl_t *ctl, const char *word)
{
    bool begins;
    const char *words;

    if (ctl->cmd) {
        APR_ARRAY_PUSH(ctl->args, const char *) = word;
        return NULL;
    }
    APR_ARRAY_PUSH(ctl->words, const char *) = word;
    words = apr_array_pstrcat(ctl->p, ctl->words, ' ');
    ctl->cmd = find_command(words, &begins);
    ctl->opts = ctl->cmd ? kfm_ctl_opts_of(ctl->cmd, ctl->p) : NULL;
    if (!ctl->cmd && !begins) {
        return kfm_ctl_usage(ctl, "There is no command \"%s\": konfirmadoctl --help lists them.",
                             words);
    }
    return NULL;
}

static kf_err_t *check_words(kfm_ctl_t *ctl)
{
    const kfm_ctl_cmd_t *cmd = ctl->cmd;

    if (!cmd) {
        return ctl->words->nelts
                   ? kfm_ctl_usage(
                         ctl, "\"%s\" is not a complete command: konfirmadoctl %s --help lists them.",
                         apr_array_pstrcat(ctl->p, ctl->words, ' '),
                         APR_ARRAY_IDX(ctl->words, 0, const char *))
                   : kfm_ctl_usage(ctl, "No command is given: konfirmadoctl --help lists them.");
    }
    if (ctl->args->nelts < cmd->min_args) {
        return kfm_ctl_usage(ctl, "%s needs %s.", cmd->name, cmd->args);
    }
    if (ctl->args->nelts > cmd->max_args) {
        return kfm_ctl_usage(ctl, "%s does not take the argument \"%s\".", cmd->name,
                             APR_ARRAY_IDX(ctl->args, cmd->max_args, const char *));
    }
    return NULL;
}

kf_err_t *kfm_ctl_parse(kfm_ctl_t *ctl, int argc, const char *const *argv)
{
    bool only_words = false;

    ctl->words = apr_array_make(ctl->p, 4, sizeof(const char *));
    ctl->args = apr_array_make(ctl->p, 4, sizeof(const char *));
    ctl->given = apr_array_make(ctl->p, 16, sizeof(kfm_ctl_given_t));
    for (int i = 1; i < argc; i++) {
        if (!only_words && !strcmp(argv[i], "--")) {
            only_words = true;
        }
        else if (!only_words && !strncmp(argv[i], "--", 2)) {
            KF_TRY(take_option(ctl, argc, argv, &i));
        }
        else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
            return kfm_ctl_usage(ctl, "There is no option %s: options begin with two hyphens.",
                                 argv[i]);
        }
        else {
            KF_TRY(take_word(ctl, argv[i]));
        }
    }
    return ctl->help || ctl->version ? NULL : check_words(ctl);
}

const char *kfm_ctl_arg(const kfm_ctl_t *ctl, int i)
{
    return i < ctl->args->nelts ? APR_ARRAY_IDX(ctl->args, i, const char *) : NULL;
}

const char *kfm_ctl_text(const kfm_ctl_t *ctl, const char *opt)
{
    apr_array_header_t *all = kfm_ctl_list(ctl, opt);

    return all->nelts ? APR_ARRAY_IDX(all, all->nelts - 1, const char *) : NULL;
}

bool kfm_ctl_flag(const kfm_ctl_t *ctl, const char *opt)
{
    for (int i = 0; i < ctl->given->nelts; i++) {
        if (!strcmp(APR_ARRAY_IDX(ctl->given, i, kfm_ctl_given_t).name, opt)) {
            return true;
        }
    }
    return false;
}

apr_array_header_t *kfm_ctl_list(const kfm_ctl_t *ctl, const char *opt)
{
    apr_array_header_t *out = apr_array_make(ctl->p, 4, sizeof(const char *));

    for (int i = 0; i < ctl->given->nelts; i++) {
        const kfm_ctl_given_t *given = &APR_ARRAY_IDX(ctl->given, i, kfm_ctl_given_t);

        if (given->value && !strcmp(given->name, opt)) {
            APR_ARRAY_PUSH(out, const char *) = given->value;
        }
    }
    return out;
}

kf_err_t *kfm_ctl_bad(kfm_ctl_t *ctl, const char *opt, const char *fmt, ...)
{
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = apr_pvsprintf(ctl->p, fmt, args);
    va_end(args);
    return kf_err_field(ctl->p, KF_E_INVALID, opt, "%s", text);
}

kf_err_t *kfm_ctl_must(const char **out, kfm_ctl_t *ctl, const char *opt)
{
    *out = kfm_ctl_text(ctl, opt);
    return *out ? NULL : kfm_ctl_usage(ctl, "%s needs --%s.", ctl->cmd->name, opt);
}

kf_err_t *kfm_ctl_int(int64_t *out, bool *there, kfm_ctl_t *ctl, const char *opt, int64_t min,
                      int64_t max)
{
    const char *text = kfm_ctl_text(ctl, opt);
    kf_err_t *err;

    *there = text != NULL;
    if (!text) {
        return NULL;
    }
    err = kf_num_parse(out, text, min, max, ctl->p);
    return err ? kfm_ctl_bad(ctl, opt, "%s", err->detail) : NULL;
}
