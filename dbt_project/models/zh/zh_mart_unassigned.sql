{{ config(alias="未归属清单", post_hook="{{ comment_chinese_columns('mart_unassigned') }}") }}

{{ chinese_view("mart_unassigned") }}
