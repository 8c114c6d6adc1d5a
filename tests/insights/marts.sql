-- The tables of the published file that this room reads, with the columns it reads.
create schema mart;
create table mart.dim_goal (marketing_campaign_id varchar, channel_id varchar, metric_id varchar, target decimal(18,6));
create table mart.dim_marketing_campaign (marketing_campaign_id varchar, owner varchar, start_date date, end_date date,
    data_to date, as_of date);
create table mart.dim_campaign (platform varchar, account_id varchar, campaign_id varchar, campaign_name varchar,
    channel_id varchar, marketing_campaign_id varchar);
create table mart.dim_ad_entity (platform varchar, account_id varchar, level varchar, entity_id varchar,
    entity_name varchar, ad_group_name varchar, keyword varchar, match_type varchar);
create table mart.fct_ad_entity_daily (date_day date, platform varchar, account_id varchar, campaign_id varchar,
    level varchar, entity_id varchar, clicks bigint, conversions decimal(18,6), spend decimal(18,6),
    is_unallocated boolean, is_mature boolean);
create table mart.fct_ad_search_term_daily (date_day date, platform varchar, account_id varchar, campaign_id varchar,
    ad_group_id varchar, keyword varchar, search_term varchar, search_term_status varchar, clicks bigint, conversions decimal(18,6),
    spend decimal(18,6), is_unallocated boolean, is_mature boolean);
create table mart.mart_campaign_pacing_daily (date_day date, marketing_campaign_id varchar, channel_id varchar,
    spend decimal(18,6), planned_to_date decimal(18,6), budget decimal(18,6));
insert into mart.dim_marketing_campaign values ('c', 'Li Min', '2026-05-25', '2026-07-05', '2026-06-21', '2026-06-22');
insert into mart.dim_campaign values ('google_ads', 'a', '1', 'Search', 'sem', 'c');
