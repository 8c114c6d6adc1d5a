{#- The parts in which facts of paid media are built: a platform's day. Beside the statements, a day's facts depend on
    the rates of its currencies and on whether its conversions are complete. -#}
with
    part as (select * from {{ ref("int_ad_version") }}),

    account as (
        select distinct
            platform, known_account_id as account_id, known_currency_code as currency_code
        from {{ ref("int_ad_identity") }}
    ),

    account_day as (
        select
            part.version_id, part.platform, part.date_day, account.account_id, account.currency_code
        from part
        inner join account on part.platform = account.platform
    ),

    judged as (
        select
            account_day.*,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{
                is_ad_day_mature(
                    "account_day.date_day",
                    "setting",
                    "own_lag",
                    "platform_lag",
                    "platform",
                )
            }} as is_mature
        from account_day {{ ad_fact_joins("account_day") }}
    ),

    final as (
        select
            platform,
            date_day,
            {{
                version_of(
                    [
                        "version_id",
                        "date_day",
                        "sum("
                        ~ hash_of(
                            [
                                "account_id",
                                "currency_code",
                                "fx_rate",
                                "fx_date",
                                "fx_source",
                                "is_mature",
                            ]
                        )
                        ~ ")",
                    ]
                )
            }} as version_id
        from judged
        group by platform, date_day, version_id
    )

select *
from final
