{{ config(alias="订单", post_hook="{{ comment_chinese_columns('fct_order') }}") }}

{{ chinese_view("fct_order") }}
