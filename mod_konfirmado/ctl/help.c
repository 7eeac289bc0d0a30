#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"

#define INDENT 30

static void option_lines(const kfm_ctl_opt_t *opts)
{
    for (; opts && opts->name; opts++) {
        char left[80];

        snprintf(left, sizeof(left), "  --%s%s%s", opts->name, opts->value ? " " : "",
                 opts->value ? opts->value : "");
        printf("%-*s %s%s\n", INDENT, left, opts->help,
               opts->kind == KFM_CTL_LIST ? " (may be repeated)" : "");
    }
}

static void command_help(const kfm_ctl_t *ctl)
{
    const kfm_ctl_cmd_t *cmd = ctl->cmd;

    printf("usage: konfirmadoctl %s%s%s [OPTION...]\n\n%s\n", cmd->name, cmd->args ? " " : "",
           cmd->args ? cmd->args : "", cmd->help);
    if (ctl->opts->name) {
        printf("\nOptions:\n");
        option_lines(ctl->opts);
    }
}

/* The length of the first sentence. */
static int first_sentence(const char *text)
{
    const char *end = strstr(text, ". ");

    return end ? (int)(end - text) + 1 : (int)strlen(text);
}

static void command_list(const char *words)
{
    size_t len = strlen(words);

    for (const kfm_ctl_cmd_t *const *family = kfm_ctl_families; *family; family++) {
        for (const kfm_ctl_cmd_t *cmd = *family; cmd->name; cmd++) {
            if (!len || (!strncmp(cmd->name, words, len) && cmd->name[len] == ' ')) {
                printf("  %-26s %.*s\n", cmd->name, first_sentence(cmd->help), cmd->help);
            }
        }
    }
}

void kfm_ctl_help(const kfm_ctl_t *ctl)
{
    if (ctl->cmd) {
        command_help(ctl);
    }
    else {
        printf("usage: konfirmadoctl [OPTION...] COMMAND [ARGUMENT...]\n\nCommands:\n");
        command_list(apr_array_pstrcat(ctl->p, ctl->words, ' '));
    }
    printf("\nOptions of every command:\n");
    option_lines(kfm_ctl_globals);
    printf("\nA tenant is named by its subdomain or id, a service or professional by its id or "
           "exact name.\n"
           "Exit status: 0 done, 1 refused, 2 wrong command line, 3 the database cannot be "
           "reached.\n");
}
