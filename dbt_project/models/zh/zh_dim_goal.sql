{{ config(alias="目标", post_hook="{{ comment_chinese_columns('dim_goal') }}") }}

{{ chinese_view("dim_goal") }}
