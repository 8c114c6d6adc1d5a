-- Events with their money counted once: of the events of one transaction the first of all
-- history has it, whatever days and files the others stand in.
with
    event as (select * from {{ ref("stg_web_event") }}),

    numbered as (
        select *, cast(null as bigint) as statement_number
        from event
        where transaction_id is null
        union all
        select
            *,
            cast(
                row_number() over (
                    partition by platform, property_id, transaction_id
                    order by
                        case when refunds_native is null then 0 else 1 end,
                        case when coalesce(conversion_value_native, 0) = 0 then 1 else 0 end,
                        event_at nulls last,
                        event_name nulls last,
                        stream_id nulls last,
                        visitor_hash nulls last,
                        session_id nulls last,
                        page_url nulls last
                ) as bigint
            ) as statement_number
        from event
        where transaction_id is not null
    ),

    final as (
        select
            platform,
            property_id,
            stream_id,
            visitor_hash,
            session_id,
            event_name,
            event_at,
            date_day,
            page_url,
            transaction_id,
            source,
            medium,
            utm_campaign,
            utm_content,
            utm_term,
            click_id,
            device,
            country,
            events,
            engagement_ms,
            transaction_id is not null
            and refunds_native is null
            and statement_number = 1 as is_first_of_transaction,
            transaction_id is not null
            and refunds_native is null
            and statement_number > 1 as is_repeated_transaction,
            case
                when transaction_id is null or statement_number = 1 then conversion_value_native
            end as conversion_value_native,
            refunds_native,
            currency_code,
            file_id
        from numbered
    )

select *
from final
