{{
    config(
        alias="社媒账号日数据",
        post_hook="{{ comment_chinese_columns('fct_social_account_daily') }}",
    )
}}

{{ chinese_view("fct_social_account_daily") }}
