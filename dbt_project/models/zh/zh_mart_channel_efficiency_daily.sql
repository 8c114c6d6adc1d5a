{{
    config(
        alias="渠道效率",
        post_hook="{{ comment_chinese_columns('mart_channel_efficiency_daily') }}",
    )
}}

{{ chinese_view("mart_channel_efficiency_daily") }}
