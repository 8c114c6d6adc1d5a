{{ config(alias="触点明细", post_hook="{{ comment_chinese_columns('fct_touchpoint') }}") }}

{{ chinese_view("fct_touchpoint") }}
