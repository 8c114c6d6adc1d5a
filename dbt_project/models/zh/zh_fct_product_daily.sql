{{ config(alias="商品每日", post_hook="{{ comment_chinese_columns('fct_product_daily') }}") }}

{{ chinese_view("fct_product_daily") }}
