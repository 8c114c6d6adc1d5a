{{
    config(
        alias="顾客同期群月度",
        post_hook="{{ comment_chinese_columns('mart_customer_cohort_month') }}",
    )
}}

{{ chinese_view("mart_customer_cohort_month") }}
