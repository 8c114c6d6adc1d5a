{{ config(alias="顾客", post_hook="{{ comment_chinese_columns('dim_customer') }}") }}

{{ chinese_view("dim_customer") }}
