{{ config(alias="订单明细", post_hook="{{ comment_chinese_columns('fct_order_line') }}") }}

{{ chinese_view("fct_order_line") }}
