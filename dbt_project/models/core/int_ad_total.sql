{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_version"},
    )
}}
{#- The newest statement per entity and period, without breakdown. Where an entity is stated only in parts (by
    device, by age …), the parts of the fullest breakdown are added up; different breakdowns never. -#}
{%- set entity = ad_entity_key() + ["period_start", "period_end"] -%}
{%- set attributes = [
    "keyword_text",
    "campaign_name",
    "ad_group_name",
    "ad_name",
    "match_type",
    "campaign_status",
    "campaign_type",
    "entity_status",
    "search_term_status",
    "currency_code",
] -%}
with
    new_statement as ({{ rows_of_new_versions("int_ad_statement", "int_ad_version") }}),

    statement as (select * from new_statement where is_newest),

    whole as (select * from statement where breakdown_type = ''),

    -- A column that a newer export leaves out is unknown there: the newest statement that has it
    -- still holds.
    stated_before as (
        select
            {{ entity | join(", ") }}
            {%- for measure in ad_measures() %}
                ,
                max_by({{ measure }}, - statement_rank) filter (
                    where {{ measure }} is not null
                ) as {{ measure }}
            {%- endfor %}
        from new_statement
        where statement_rank > 1 and breakdown_type = ''
        group by {{ entity | join(", ") }}
    ),

    part as (
        select statement.*
        from statement
        left join whole on {{ same("whole", "statement", entity) }}
        where statement.breakdown_type <> '' and whole.file_id is null
    ),

    added_up as (
        select
            {{ entity | join(", ") }},
            breakdown_type,
            max(version_id) as version_id,
            max(file_id) as file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at,
            bool_or(has_shared_campaign_name) as has_shared_campaign_name
            {%- for name in attributes %}, max({{ name }}) as {{ name }} {%- endfor %}
            {%- for measure in ad_measures() %}
                , {{ ad_measure_type(measure, "sum(" ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from part
        group by {{ entity | join(", ") }}, breakdown_type
        qualify
            row_number() over (
                partition by {{ entity | join(", ") }}
                order by
                    {{ money("sum(spend)") }} desc nulls last,
                    {{ count_type("sum(impressions)") }} desc nulls last,
                    breakdown_type
            )
            = 1
    ),

    {%- set columns = (
        entity
        + [
            "breakdown_type",
            "version_id",
            "file_id",
            "exported_at",
            "landed_at",
            "has_shared_campaign_name",
        ]
        + attributes
        + ad_measures()
    ) %}
    final as (
        select
            {{ of("whole", columns | reject("in", ad_measures()) | list) }}
            {%- for measure in ad_measures() %}
                , coalesce(whole.{{ measure }}, stated_before.{{ measure }}) as {{ measure }}
            {%- endfor %}
        from whole
        left join stated_before on {{ same("stated_before", "whole", entity) }}
        union all
        select {{ columns | join(", ") }}
        from added_up
    )

select *
from final
