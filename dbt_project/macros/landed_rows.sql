{#-
  The rows of a lake dataset whose file was really landed. A file's receipt is renamed into place after all its
  rows, so rows without a receipt belong to a landing that never finished and are not read.
  Use it as the body of an import CTE; adds `landed_at` from the receipt.
-#}
{% macro landed_rows(dataset) -%}
    select dataset_row.*, receipt.landed_at
    from {{ source("lake", dataset) }} as dataset_row
    inner join
        (
            select file_id, max(landed_at) as landed_at
            from {{ source("lake", "landed_file") }}
            where dataset = '{{ dataset }}'
            group by file_id
        ) as receipt
        on dataset_row.file_id = receipt.file_id
{%- endmacro %}
