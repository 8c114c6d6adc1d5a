{#- The countries of a day, and its devices, are the whole property: within a hundredth of its impressions. -#}
{% test breakdowns_near_property(model) %}
    with
        whole as (
            select
                date_day,
                platform,
                property,
                search_type,
                breakdown_type,
                sum(impressions) as impressions
            from {{ model }}
            where breakdown_type in ('country', 'device')
            group by date_day, platform, property, search_type, breakdown_type
        ),

        property_day as (select * from {{ ref("fct_seo_property_daily") }} where not is_allocated)

    select
        whole.*,
        property_day.impressions as property_impressions,
        concat(
            whole.breakdown_type,
            ' rows of ',
            whole.property,
            ' on ',
            cast(whole.date_day as varchar(10)),
            ' are not the property'
        ) as message
    from whole
    inner join
        property_day
        on whole.date_day = property_day.date_day
        and whole.platform = property_day.platform
        and whole.property = property_day.property
        and whole.search_type = property_day.search_type
    where abs(whole.impressions - property_day.impressions) * 100 > property_day.impressions
{% endtest %}
