/* The fields of nouns and the keys of payment providers as options of the operator's command. */
#include <apr_strings.h>
#include <inttypes.h>
#include <string.h>

#include "ctl/ctl.h"
#include "fields.h"
#include "pay/provider.h"

const char *kfm_ctl_option(const char *member, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, member);

    for (char *c = name; *c; c++) {
        *c = *c == '_' ? '-' : *c;
    }
    return name;
}

static const char *value_word(const kf_field_t *field)
{
    switch (field->type) {
    case KF_F_INT:
        return !field->unit ? "N" : strstr(field->unit, "minutes") ? "MINUTES" : strstr(field->unit, "days") ? "DAYS"
               : strstr(field->unit, "hours") ? "HOURS" : "N";
    case KF_F_MONEY:
        return "AMOUNT";
    case KF_F_URL:
    case KF_F_WEB:
    case KF_F_GUARDED:
    case KF_F_PICTURE:
        return "URL";
    case KF_F_COLOR:
        return "#RRGGBB";
    case KF_F_EMAIL:
        return "EMAIL";
    case KF_F_ZONE:
        return "ZONE";
    case KF_F_CURRENCY:
        return "CODE";
    case KF_F_WORD:
        return "WORD";
    default:
        return "TEXT";
    }
}

/* The bounds or the words of a field, for the help. */
static const char *bounds(const kf_field_t *field, apr_pool_t *p)
{
    const char *list = "";

    for (int i = 0; field->words && field->words[i]; i++) {
        list = apr_pstrcat(p, list, !i ? "" : field->words[i + 1] ? ", " : " or ", field->words[i], NULL);
    }
    return field->words ? list
           : field->type == KF_F_INT
               ? apr_psprintf(p, "%" PRId64 " to %" PRId64, field->min, field->max)
               : field->min ? apr_psprintf(p, "%" PRId64 " to %" PRId64 " characters", field->min, field->max)
                            : apr_psprintf(p, "at most %" PRId64 " characters", field->max);
}

static kfm_ctl_kind_t kind_of(const kf_field_t *field)
{
    return field->type == KF_F_BOOL    ? KFM_CTL_FLAG
           : field->type == KF_F_LINES ? KFM_CTL_LIST
           : field->type == KF_F_INT   ? KFM_CTL_INT : KFM_CTL_TEXT;
}

/* A boolean that is on by default gets no option: a flag could only set it to true. */
static bool has_option(const kf_field_t *field)
{
    bool flag = field->type == KF_F_BOOL && field->absent && !strcmp(field->absent, "false");

    return (field->type < KF_F_BOOL || field->type == KF_F_LINES || flag) && (!field->option || *field->option);
}

static void add_fields(apr_array_header_t *list, const char *name, apr_pool_t *p)
{
    const kf_noun_t *noun = kfm_nouns;

    while (strcmp(noun->noun, name)) {
        noun++;
    }
    for (size_t i = 0; i < noun->n; i++) {
        const kf_field_t *field = &noun->fields[i];

        if (has_option(field)) {
            APR_ARRAY_PUSH(list, kfm_ctl_opt_t) = (kfm_ctl_opt_t){
                .name = kfm_ctl_option(field->option ? field->option : field->name, p), .kind = kind_of(field),
                .value = field->value || field->type == KF_F_BOOL ? field->value : value_word(field),
                .help = field->help ? field->help : bounds(field, p), .member = field->name};
        }
    }
}

static bool has(const apr_array_header_t *list, const char *member)
{
    for (int i = 0; i < list->nelts; i++) {
        const char *one = APR_ARRAY_IDX(list, i, kfm_ctl_opt_t).member;

        if (one && !strcmp(one, member)) {
            return true;
        }
    }
    return false;
}

/* --provider, whose help names them all, and an option for each key that any of them has. */
static void add_payers(apr_array_header_t *list, apr_pool_t *p)
{
    const kf_pay_provider_t *payer;
    const char *names = "";
    int at = list->nelts;

    APR_ARRAY_PUSH(list, kfm_ctl_opt_t) = (kfm_ctl_opt_t){"provider", KFM_CTL_TEXT, "NAME", NULL, NULL};

    for (int i = 0; (payer = kf_pay_provider_at(i)); i++) {
        names = apr_pstrcat(p, names, *names ? " or " : "", payer->name, NULL);
        for (size_t k = 0; k < payer->n_keys; k++) {
            const kf_pay_key_t *key = &payer->keys[k];

            if (!has(list, key->name)) {
                APR_ARRAY_PUSH(list, kfm_ctl_opt_t) =
                    (kfm_ctl_opt_t){kfm_ctl_option(key->name, p), KFM_CTL_TEXT, key->shown, key->help, key->name};
            }
        }
    }
    APR_ARRAY_IDX(list, at, kfm_ctl_opt_t).help = names;
}

const kfm_ctl_opt_t *kfm_ctl_opts_of(const kfm_ctl_cmd_t *cmd, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 32, sizeof(kfm_ctl_opt_t));

    for (const kfm_ctl_opt_t *opt = cmd->opts; opt && opt->name; opt++) {
        if (opt->kind == KFM_CTL_NOUN) {
            add_fields(list, opt->name, p);
        } else if (opt->kind == KFM_CTL_PAYER) {
            add_payers(list, p);
        } else {
            APR_ARRAY_PUSH(list, kfm_ctl_opt_t) = *opt;
        }
    }
    APR_ARRAY_PUSH(list, kfm_ctl_opt_t) = (kfm_ctl_opt_t)KFM_CTL_END;
    return (const kfm_ctl_opt_t *)list->elts;
}
