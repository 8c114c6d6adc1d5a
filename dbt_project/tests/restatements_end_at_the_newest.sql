-- The chain of restatements has no gap: it begins at the value first stated, every step begins
-- where the one before ended, and the last one is the newest value.
{{ config(meta={"dagster": {"ref": {"name": "restatement"}}}) }}

with
    chain as (
        select
            platform,
            account_id,
            period_start,
            period_end,
            measure,
            max(first_value) as first_value,
            max(newest_value) as newest_value,
            sum(delta) as delta,
            sum(value - previous_value) as step
        from {{ ref("restatement") }}
        group by platform, account_id, period_start, period_end, measure
    )

select *, 'restatements do not lead from the first to the newest value' as message
from chain
where first_value + delta <> newest_value or delta <> step
