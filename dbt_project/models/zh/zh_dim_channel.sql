{{ config(alias="渠道", post_hook="{{ comment_chinese_columns('dim_channel') }}") }}

{{ chinese_view("dim_channel") }}
