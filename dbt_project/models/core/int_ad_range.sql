{#- What each file says rows of, by level and period, and a sum over the meanings of their names: small enough to ask
    on every run what changed. -#}
with
    performance as (select * from {{ ref("stg_ad_performance") }}),

    file_account as (select * from {{ ref("int_ad_file_account") }}),

    identity as (select * from {{ ref("int_ad_identity") }}),

    final as (
        select
            performance.file_id,
            performance.version_id as landing_version_id,
            performance.platform,
            performance.level,
            performance.period_start,
            performance.period_end,
            count(*) as row_count,
            -- How finely a file lists keywords and search terms.
            max(case when performance.keyword is not null then 2 else 0 end)
            + max(case when performance.match_type is not null then 1 else 0 end) as detail,
            sum(identity.meaning_hash) as meaning_hash
        from performance
        left join file_account on performance.file_id = file_account.file_id
        inner join
            identity
            on performance.name_key = identity.name_key
            and coalesce(file_account.file_account_id, '') = identity.file_account_id
        group by
            performance.file_id,
            performance.version_id,
            performance.platform,
            performance.level,
            performance.period_start,
            performance.period_end
    )

select *
from final
