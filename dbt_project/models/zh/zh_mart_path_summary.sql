{{ config(alias="路径汇总", post_hook="{{ comment_chinese_columns('mart_path_summary') }}") }}

{{ chinese_view("mart_path_summary") }}
