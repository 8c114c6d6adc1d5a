with
    receipt as (select * from {{ ref("stg_landed_file") }}),

    final as (
        select
            file_id,
            coalesce(dataset, '(none)') as dataset,
            part,
            platform,
            report,
            level,
            file_name,
            archive_path,
            encoding,
            delimiter,
            header_line,
            header_fingerprint,
            catalog_version,
            bytes,
            row_count,
            rejected_count,
            totals_row_count,
            date_from,
            date_to,
            is_daily,
            exported_at,
            landed_at,
            totals,
            control_totals,
            unmapped_columns,
            warnings,
            rejects
        from receipt
    )

select *
from final
