/* Where customers are likely to be. Any other zone that PostgreSQL knows works in the address. */
#include "text/place.h"

#include <apr_strings.h>
#include <string.h>

const kf_place_t kf_places[] = {
    {"America/Bogota", "Bogotá", "Bogotá"},
    {"America/Caracas", "Caracas", "Caracas"},
    {"America/Lima", "Lima", "Lima"},
    {"America/Guayaquil", "Quito y Guayaquil", "Quito and Guayaquil"},
    {"America/Panama", "Panamá", "Panama"},
    {"America/Costa_Rica", "San José", "San José"},
    {"America/El_Salvador", "San Salvador", "San Salvador"},
    {"America/Guatemala", "Guatemala", "Guatemala"},
    {"America/Tegucigalpa", "Tegucigalpa", "Tegucigalpa"},
    {"America/Managua", "Managua", "Managua"},
    {"America/Mexico_City", "Ciudad de México", "Mexico City"},
    {"America/Monterrey", "Monterrey", "Monterrey"},
    {"America/Tijuana", "Tijuana", "Tijuana"},
    {"America/Havana", "La Habana", "Havana"},
    {"America/Santo_Domingo", "Santo Domingo", "Santo Domingo"},
    {"America/Puerto_Rico", "San Juan", "San Juan"},
    {"America/La_Paz", "La Paz", "La Paz"},
    {"America/Asuncion", "Asunción", "Asunción"},
    {"America/Santiago", "Santiago", "Santiago"},
    {"America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires"},
    {"America/Montevideo", "Montevideo", "Montevideo"},
    {"America/Sao_Paulo", "São Paulo", "São Paulo"},
    {"America/New_York", "Nueva York", "New York"},
    {"America/Chicago", "Chicago", "Chicago"},
    {"America/Denver", "Denver", "Denver"},
    {"America/Los_Angeles", "Los Ángeles", "Los Angeles"},
    {"America/Toronto", "Toronto", "Toronto"},
    {"America/Vancouver", "Vancouver", "Vancouver"},
    {"Atlantic/Canary", "Canarias", "Canary Islands"},
    {"Europe/Lisbon", "Lisboa", "Lisbon"},
    {"Europe/London", "Londres", "London"},
    {"Europe/Madrid", "Madrid", "Madrid"},
    {"Europe/Paris", "París", "Paris"},
    {"Europe/Berlin", "Berlín", "Berlin"},
    {"Europe/Rome", "Roma", "Rome"},
    {"Europe/Athens", "Atenas", "Athens"},
    {"Asia/Jerusalem", "Jerusalén", "Jerusalem"},
    {"Asia/Dubai", "Dubái", "Dubai"},
    {"Asia/Kolkata", "Delhi y Bombay", "Delhi and Mumbai"},
    {"Asia/Shanghai", "Shanghái", "Shanghai"},
    {"Asia/Tokyo", "Tokio", "Tokyo"},
    {"Australia/Sydney", "Sídney", "Sydney"},
    {"Pacific/Auckland", "Auckland", "Auckland"},
    {0},
};

const char *kf_place_text(const char *lang, const char *zone, apr_pool_t *p)
{
    const char *slash = strrchr(zone, '/');
    char *place;

    for (const kf_place_t *known = kf_places; known->name; known++) {
        if (!strcmp(known->name, zone)) {
            return lang && !strcmp(lang, "en") ? known->en : known->es;
        }
    }
    place = apr_pstrdup(p, slash ? slash + 1 : zone);
    for (char *c = place; *c; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    return place;
}
