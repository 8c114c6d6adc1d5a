{{ config(alias="退款", post_hook="{{ comment_chinese_columns('fct_refund') }}") }}

{{ chinese_view("fct_refund") }}
