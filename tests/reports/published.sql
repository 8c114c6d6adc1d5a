-- The tables of the published file that this room reads, with the columns it reads.
create schema mart; create schema metrics; create schema ops;
create table mart.dim_channel (channel_id varchar, name_en varchar, name_zh varchar, media_type varchar, sort_order int);
create table mart.dim_platform (platform varchar, name_en varchar, name_zh varchar, channel_id varchar);
create table mart.dim_campaign (platform varchar, account_id varchar, campaign_id varchar, campaign_name varchar,
    campaign_type varchar, campaign_status varchar, channel_id varchar, first_day date, last_day date,
    marketing_campaign_id varchar, match_method varchar);
create table mart.dim_marketing_campaign (marketing_campaign_id varchar, name_en varchar, name_zh varchar, source varchar,
    owner varchar, start_date date, end_date date, currency_code varchar, budget decimal(18,6),
    gross_margin decimal(9,6), platform varchar, data_from date, data_to date, conversion_basis varchar,
    as_of date);
create table mart.dim_goal (marketing_campaign_id varchar, channel_id varchar, metric_id varchar, goal_rank int,
    target decimal(18,6), band_low decimal(18,6), band_high decimal(18,6));
create table mart.dim_ad_entity (platform varchar, account_id varchar, level varchar, entity_id varchar,
    entity_name varchar, campaign_id varchar, ad_group_id varchar, ad_group_name varchar, keyword varchar,
    match_type varchar);
create table mart.fct_ad_campaign_daily (date_day date, platform varchar, account_id varchar, campaign_id varchar,
    channel_id varchar, marketing_campaign_id varchar, impressions bigint, clicks bigint,
    conversions decimal(18,6), conversion_value decimal(18,6), spend decimal(18,6), is_mature boolean);
create table mart.fct_ad_entity_daily (date_day date, platform varchar, account_id varchar, campaign_id varchar,
    level varchar, entity_id varchar, ad_group_id varchar, impressions bigint, clicks bigint,
    conversions decimal(18,6), spend decimal(18,6), is_unallocated boolean, is_allocated boolean, is_mature boolean);
create table mart.fct_ad_search_term_daily (date_day date, platform varchar, account_id varchar, campaign_id varchar,
    ad_group_id varchar, keyword varchar, match_type varchar, search_term varchar, search_term_status varchar,
    impressions bigint, clicks bigint, conversions decimal(18,6), spend decimal(18,6), is_unallocated boolean,
    is_allocated boolean, is_mature boolean);
create table mart.fct_plan_daily (date_day date, marketing_campaign_id varchar, channel_id varchar, metric_id varchar,
    target decimal(18,6));
create table mart.mart_campaign_kpi_daily (date_day date, marketing_campaign_id varchar, channel_id varchar,
    impressions bigint, clicks bigint, spend decimal(18,6), platform_conversions decimal(18,6),
    web_conversions decimal(18,6), conversions decimal(18,6), conversion_value decimal(18,6),
    conversion_basis varchar, conversion_base decimal(18,6), sessions bigint, organic_impressions bigint,
    organic_clicks bigint, planned_spend decimal(18,6), is_mature boolean, is_allocated boolean);
create table mart.mart_campaign_pacing_daily (date_day date, marketing_campaign_id varchar, channel_id varchar,
    spend decimal(18,6), spend_to_date decimal(18,6), planned_to_date decimal(18,6), budget decimal(18,6));
create table mart.mart_unassigned (platform varchar, kind varchar, name varchar, spend decimal(18,6), sessions bigint,
    first_day date, last_day date);
create table metrics.kpi_daily (date_day date, marketing_campaign_id varchar, channel_id varchar, metric_id varchar,
    value double, numerator double, denominator double);
create table metrics.kpi_period (marketing_campaign_id varchar, channel_id varchar, metric_id varchar, period varchar,
    period_start date, period_end date, actual double, numerator double, denominator double, due double,
    target double, attainment double, direction varchar, status varchar, waits_for_source boolean,
    immature_share double);
create table metrics.channel_summary (marketing_campaign_id varchar, channel_id varchar, spend_share double,
    budget_share double);
create table ops.landed_file (platform varchar, report varchar, rejected_count bigint);
create table ops.quarantined_file (file_id varchar, file_name varchar, code varchar, place varchar, found varchar,
    expected varchar, fix varchar, platform varchar);
create table ops.freshness (platform varchar, report varchar, newest_day date, days_late int, allowed_days int,
    is_late boolean, files bigint, rows bigint);
create table ops.data_gap (platform varchar, account_id varchar, date_day date);
create table ops.restatement (platform varchar, account_id varchar, level varchar, period_start date,
    period_end date, measure varchar, file_id varchar, currency_code varchar, delta decimal(18,6));
create table ops.check_result (check_name varchar, severity varchar, status varchar, failures bigint, message varchar);
create table ops.build (built_at timestamp, fingerprint varchar, as_of date, code_version varchar);
