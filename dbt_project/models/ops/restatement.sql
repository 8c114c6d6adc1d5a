-- Statements that a newer file replaced, per pair of files and period: what the platform said
-- before and says now.
with
    statement as (select * from {{ ref("int_ad_statement") }}),

    {%- set key = ad_entity_key() + [
        "period_start",
        "period_end",
        "breakdown_type",
        "breakdown_value",
    ] %}
    final as (
        select
            old.platform,
            old.account_id,
            old.level,
            old.period_start,
            old.period_end,
            old.file_id as old_file_id,
            new.file_id as new_file_id,
            max(old.report) as report,
            max(old.exported_at) as old_exported_at,
            max(new.exported_at) as new_exported_at,
            max(old.currency_code) as currency_code,
            {{ money("sum(old.spend)") }} as old_spend,
            {{ money("sum(new.spend)") }} as new_spend,
            {{ money("sum(old.conversions)") }} as old_conversions,
            {{ money("sum(new.conversions)") }} as new_conversions
        from statement as old
        inner join statement as new on {{ same("new", "old", key) }} and new.is_newest
        where not old.is_newest
        group by
            old.platform,
            old.account_id,
            old.level,
            old.period_start,
            old.period_end,
            old.file_id,
            new.file_id
    )

select *
from final
