{{
    config(
        alias="合作佣金",
        post_hook="{{ comment_chinese_columns('fct_partner_commission_daily') }}",
    )
}}

{{ chinese_view("fct_partner_commission_daily") }}
