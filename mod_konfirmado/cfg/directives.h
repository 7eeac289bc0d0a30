#ifndef KFM_CFG_DIRECTIVES_H
#define KFM_CFG_DIRECTIVES_H
/*
 * The names of all directives, once: the table and every message use these.
 * Each is documented in conf/konfirmado.conf.
 */
#define KFM_D_ENABLED "Konfirmado"
#define KFM_D_BASE_URL "KonfirmadoBaseURL"
#define KFM_D_KEY_FILE "KonfirmadoKeyFile"
#define KFM_D_TEMPLATES "KonfirmadoTemplates"
#define KFM_D_MESSAGES "KonfirmadoMessages"
#define KFM_D_COMMON_PASSWORDS "KonfirmadoCommonPasswords"
#define KFM_D_OPENAPI "KonfirmadoOpenAPI"
#define KFM_D_ASSETS_URL "KonfirmadoAssetsURL"
#define KFM_D_HOLD_TTL "KonfirmadoHoldTTL"
#define KFM_D_RATE_LIMIT "KonfirmadoRateLimit"
#define KFM_D_RATE_MEMORY "KonfirmadoRateLimitMemory"
#define KFM_D_DB_CONNECTIONS "KonfirmadoDBConnections"
#define KFM_D_DB_WAIT "KonfirmadoDBWait"
#define KFM_D_PREPARE "KonfirmadoPrepare"
#define KFM_D_CACHE_TTL "KonfirmadoCacheTTL"
#define KFM_D_JOBS "KonfirmadoJobs"
#define KFM_D_CALLBACK_ALLOW "KonfirmadoCallbackAllow"
#define KFM_D_CALLBACK_HTTP "KonfirmadoCallbackHTTP"
#define KFM_D_CALLBACK_TIMEOUT "KonfirmadoCallbackTimeout"
#define KFM_D_CALLBACK_CONCURRENCY "KonfirmadoCallbackConcurrency"
#define KFM_D_WOMPI_API "KonfirmadoWompiAPI"
#define KFM_D_WOMPI_SANDBOX_API "KonfirmadoWompiSandboxAPI"
#define KFM_D_WOMPI_CHECKOUT "KonfirmadoWompiCheckout"
#define KFM_D_PROVIDER_CA "KonfirmadoProviderCAFile"
#define KFM_D_SMTP "KonfirmadoSMTP"
#define KFM_D_SMTP_SECURITY "KonfirmadoSMTPSecurity"
#define KFM_D_SMTP_USER "KonfirmadoSMTPUser"
#define KFM_D_SMTP_PASSWORD "KonfirmadoSMTPPasswordFile"
#define KFM_D_SMTP_CA "KonfirmadoSMTPCAFile"
#define KFM_D_MAIL_FROM "KonfirmadoMailFrom"
#define KFM_D_UPLOAD_DIR "KonfirmadoUploadDir"
#define KFM_D_INSECURE_HTTP "KonfirmadoAllowInsecureHTTP"

#endif
