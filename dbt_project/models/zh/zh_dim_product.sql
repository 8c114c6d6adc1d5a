{{ config(alias="商品", post_hook="{{ comment_chinese_columns('dim_product') }}") }}

{{ chinese_view("dim_product") }}
