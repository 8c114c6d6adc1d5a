{{ config(alias="日期", post_hook="{{ comment_chinese_columns('dim_date') }}") }}

{{ chinese_view("dim_date") }}
