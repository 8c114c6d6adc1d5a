with
    {{
        newest_statement_ctes(
            "conversion_path",
            dimensions=["level", "period_start", "period_end", "path"],
            attributes=["account_name", "path_length"],
            sums=money_sums(["conversions", "non_conversions", "conversion_value"]),
        )
    }},

    final as (
        select
            platform,
            account_id,
            level,
            period_start,
            period_end,
            coalesce(nullif(trim(path), ''), '(unknown)') as path,
            path_length,
            conversions,
            non_conversions,
            conversion_value,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
