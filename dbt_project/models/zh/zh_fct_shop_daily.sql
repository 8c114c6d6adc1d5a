{{ config(alias="店铺每日", post_hook="{{ comment_chinese_columns('fct_shop_daily') }}") }}

{{ chinese_view("fct_shop_daily") }}
