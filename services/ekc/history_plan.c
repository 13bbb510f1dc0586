/* history_plan.c - see history_plan.h. */
#include "history_plan.h"

const struct plan_year plan_years[PLAN_YEARS] = {
    { 17226, 306, 0, 8400 },  { 17532, 365, 8, 24100 }, { 17897, 365, 8, 29000 },
    { 18262, 366, 8, 31600 }, { 18628, 365, 8, 34700 }, { 18993, 365, 8, 30500 },
    { 19358, 90, 8, 10000 },
};

/* Weekends bring 12 % of a week. */
const uint32_t plan_weekdays[7] = { 24, 104, 104, 102, 100, 90, 44 };
const uint32_t plan_quiet_day = 5;
const uint32_t plan_hours[24] = { 2,  1,  1,  1,  1,  2,  4,  10, 35, 85, 100, 100,
                                  95, 84, 88, 95, 92, 78, 40, 24, 17, 12, 8,   4 };

enum { TELEPHONE, EMAIL, FORM, ONLINE, VISIT, LETTER };

/* The online consultation opened on 1 November 2021. */
const struct plan_channel plan_channels[PLAN_CHANNELS] = {
    [TELEPHONE] = { "telephone", 62, 8, 21, 0, FORM },
    [EMAIL] = { "email", 14, 0, 24, 0, EMAIL },
    [FORM] = { "form", 11, 0, 24, 0, FORM },
    [ONLINE] = { "online", 6, 9, 18, 18932, TELEPHONE },
    [VISIT] = { "visit", 4, 9, 18, 0, TELEPHONE },
    [LETTER] = { "letter", 3, 9, 18, 0, EMAIL },
};

const struct plan_topic plan_topics[PLAN_TOPICS] = {
    /* renovation 55 % */
    { "ren_inclusion", 620 },
    { "ren_stage", 1450 },
    { "ren_start_site", 720 },
    { "ren_offer", 560 },
    { "ren_contract", 420 },
    { "ren_extra_area", 330 },
    { "ren_finish_defects", 420 },
    { "ren_moving", 300 },
    { "ren_communal", 160 },
    { "ren_mortgage", 120 },
    { "ren_compensation", 120 },
    { "ren_nonres", 50 },
    { "ren_demolition", 130 },
    { "ren_quarter_plan", 100 },
    /* permits 6.9 % */
    { "per_rs", 250 },
    { "per_rs_change", 110 },
    { "per_rv", 195 },
    { "per_izhs", 85 },
    { "per_demolition", 50 },
    /* planning 6 % */
    { "upd_gpzu", 165 },
    { "upd_pzz", 145 },
    { "upd_vri", 65 },
    { "upd_ppt", 60 },
    { "upd_genplan", 45 },
    { "upd_hearings", 60 },
    { "upd_isogd", 60 },
    /* architecture 1.4 % */
    { "arc_agr", 95 },
    { "arc_sign", 45 },
    /* expertise 1.1 % */
    { "exp_state", 75 },
    { "exp_cost", 35 },
    /* supervision 4.5 % */
    { "sup_gsn", 110 },
    { "sup_noise", 130 },
    { "sup_site", 110 },
    { "sup_samostroy", 60 },
    { "sup_damage", 40 },
    /* land 2.2 % */
    { "lnd_lease", 80 },
    { "lnd_withdraw", 55 },
    { "lnd_auction", 40 },
    { "lnd_cadastre", 45 },
    /* invest 1.2 % */
    { "inv_krt", 45 },
    { "inv_contract", 25 },
    { "inv_mpt", 20 },
    { "inv_escort", 30 },
    /* shared 3 % */
    { "shd_ddu", 130 },
    { "shd_defrauded", 130 },
    { "shd_developer", 40 },
    /* objects 5 % */
    { "obj_metro", 120 },
    { "obj_road", 110 },
    { "obj_school", 100 },
    { "obj_health", 60 },
    { "obj_sport", 60 },
    { "obj_housing", 50 },
    /* utilities 1.2 % */
    { "utl_connection", 70 },
    { "utl_earthworks", 50 },
    /* service 2.7 % */
    { "svc_account", 55 },
    { "svc_status", 70 },
    { "svc_refusal", 30 },
    { "svc_contacts", 45 },
    { "svc_followup", 40 },
    { "svc_suggestion", 20 },
    { "svc_order", 10 },
    /* out_of_scope 9 % */
    { "oos_utilities", 230 },
    { "oos_capital_repair", 130 },
    { "oos_replanning", 70 },
    { "oos_yard", 200 },
    { "oos_housing_policy", 140 },
    { "oos_region", 70 },
    { "oos_other", 60 },
    /* junk 0.8 % */
    { "junk_spam", 30 },
    { "junk_abuse", 20 },
    { "junk_empty", 30 },
};
