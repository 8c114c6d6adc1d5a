{#- Domains whose rows claim conversions for a platform. What partners' codes and links sold is counted by the team or
    the network, not claimed by a platform. -#}
{% macro claiming_domains() -%} ('ads', 'email') {%- endmacro %}

{#- The CTEs `source_row, slice, claim, strongest` of a `with` clause: per `key`, and over all channels as '(all)', the
    platforms whose claimed conversions could count: those that claim any, else those that report conversions at
    all. Where it is one, it counts; claims of several platforms are never added. -#}
{% macro strongest_claim_ctes(key) -%}
    {%- set owner = key | reject("equalto", "channel_id") | list -%}
    source_row as (
        select *
        from {{ ref("int_campaign_kpi_source") }}
        where domain in {{ claiming_domains() }} and claimed_conversions is not null
    ),

    slice as (
        select {{ (owner + ["channel_id", "platform", "claimed_conversions"]) | join(", ") }}
        from source_row
        union all
        select
            {%- for name in owner %} {{ name }}, {%- endfor %}
            '(all)' as channel_id,
            platform,
            claimed_conversions
        from source_row
    ),

    claim as (
        select
            {{ key | join(", ") }},
            platform,
            case when sum(claimed_conversions) > 0 then 1 else 0 end as has_claims
        from slice
        group by {{ key | join(", ") }}, platform
    ),

    strongest as (
        select *
        from claim
        qualify rank() over (partition by {{ key | join(", ") }} order by has_claims desc) = 1
    )
{%- endmacro %}
