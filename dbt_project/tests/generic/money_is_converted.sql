{#- Every amount has a currency and every currency a rate: there is no silent rate of 1. Returns the accounts without
    a currency and the pairs and days without a rate. `amounts` are native money columns of a model with platform,
    currency_code and fx_rate. An amount of 0 needs neither. -#}
{% test money_is_converted(model, amounts, day="date_day", account="account_id") %}
    with
        amount as (
            select *
            from {{ model }}
            where
                (
                    {% for column in amounts -%}
                        coalesce({{ column }}, 0) <> 0 {% if not loop.last %} or {% endif -%}
                    {% endfor -%}
                )
                and (currency_code is null or fx_rate is null)
        ),

        setting as (select reporting_currency from {{ ref("stg_workspace_setting") }})

    select distinct
        concat(
            'currency of ', platform, ' account ', {{ account }}, ' is unknown: name it in mkt.yml'
        ) as message
    from amount
    where currency_code is null
    union all
    select distinct
        concat(
            'no rate ',
            amount.currency_code,
            ' to ',
            setting.reporting_currency,
            ' for ',
            cast(amount.{{ day }} as varchar(10)),
            ' or the 7 days before: add it to fx_rates.csv'
        ) as message
    from amount
    cross join setting
    where amount.currency_code is not null
{% endtest %}
