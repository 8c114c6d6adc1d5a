-- The levels of an account and day are compared in its own currency, so there can be only one.
select
    platform,
    account_id,
    date_day,
    count(distinct currency_code) as currencies,
    concat(
        'two currencies on one day in ',
        platform,
        ' account ',
        account_id,
        ': export with the account id column, so that two accounts are told apart'
    ) as message
from {{ ref("fct_ad_entity_daily") }}
where spend_native is not null
group by platform, account_id, date_day
having count(distinct currency_code) > 1
