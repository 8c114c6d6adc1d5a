{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_day_version"},
    )
}}
{%- set levels = ["ad_group", "ad", "keyword"] -%}
{%- set columns = [
    "date_day",
    "platform",
    "account_id",
    "campaign_id",
    "level",
    "entity_id",
    "ad_group_id",
    "is_unallocated",
    "is_allocated",
    "currency_code",
    "file_id",
    "day_version_id",
] + ad_measures() -%}
with
    version as ({{ new_versions("int_ad_day_version") }}),

    authority as ({{ days_of_new_versions("int_ad_campaign_daily", "version") }}),

    every_level_daily as ({{ days_of_new_versions("int_ad_level_daily", "version") }}),

    -- Search terms and landing pages have facts of their own.
    level_daily as (select * from every_level_daily where level in ('{{ levels | join("', '") }}')),

    stated as (select *, false as is_unallocated from level_daily),

    {% for level in levels -%}
        {{ level }}_day as (select * from level_daily where level = '{{ level }}'),

        {{ level }}_rest as ({{ unallocated_rows(level ~ "_day", "authority") }}),
    {% endfor %}
    unallocated as (
        {% for level in levels -%}
            select
                rest.*,
                version.version_id as day_version_id,
                '{{ level }}' as level,
                '(unallocated)' as entity_id,
                '(unallocated)' as ad_group_id,
                true as is_unallocated,
                cast(null as {{ dbt.type_string() }}) as file_id
            from {{ level }}_rest as rest
            inner join
                version on version.platform = rest.platform and version.date_day = rest.date_day
            {% if not loop.last -%}
                union all
            {% endif -%}
        {% endfor -%}
    ),

    entity_day as (
        select {{ columns | join(", ") }}
        from stated
        union all
        select {{ columns | join(", ") }}
        from unallocated
    ),

    final as (
        select
            entity_day.date_day,
            entity_day.platform,
            entity_day.account_id,
            entity_day.campaign_id,
            entity_day.level,
            entity_day.entity_id,
            entity_day.ad_group_id,
            entity_day.is_unallocated,
            entity_day.is_allocated,
            {{ ad_fact_columns("entity_day") }},
            entity_day.file_id,
            entity_day.day_version_id as version_id
        from entity_day {{ ad_fact_joins("entity_day") }}
    )

select *
from final
