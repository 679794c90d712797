"""Which functions are dangerous, and how. Names in lower case, without schema."""

from __future__ import annotations

from functools import lru_cache

from pcishield.statement import builtins

__all__ = ["DANGEROUS", "SAFE_OF_COLUMN", "SAFE_WINDOW", "SEQUENCES", "SETTING", "is_builtin", "risk"]

_BY_HAZARD: dict[str, str] = {
    "file-access": """
        pg_read_file pg_read_file_old pg_read_binary_file pg_stat_file pg_ls_dir pg_ls_logdir pg_ls_waldir pg_ls_tmpdir
        pg_ls_archive_statusdir pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_summariesdir
        pg_file_write pg_file_sync pg_file_rename pg_file_unlink pg_file_read pg_file_length pg_logdir_ls
        lo_import lo_export lo_get lo_put lo_open lo_close lo_creat lo_create lo_from_bytea lo_unlink lo_truncate
        lo_truncate64 lo_lseek lo_lseek64 lo_tell lo_tell64 loread lowrite
        get_raw_page heap_page_items heap_page_item_attrs bt_page_items gin_leafpage_items brin_page_items
        pg_hba_file_rules pg_ident_file_mappings pg_show_all_file_settings
        read_csv read_csv_auto sniff_csv read_parquet parquet_scan parquet_metadata parquet_schema parquet_bloom_probe
        parquet_file_metadata parquet_kv_metadata read_json read_json_auto read_json_objects read_json_objects_auto
        getenv read_ndjson read_ndjson_auto read_ndjson_objects read_text read_blob read_xlsx glob st_read sqlite_scan
        sqlite_attach iceberg_scan delta_scan duckdb_logs_file parse_duckdb_log_file
        openrowset openquery opendatasource bfilename utl_file dbms_lob_loadfromfile
        load_file readfile writefile fsdir zipfile sqlar_uncompress sqlcipher_export
        pg_walinspect pg_get_wal_records_info pg_get_wal_block_info pg_get_wal_record_info
        """,
    "network-access": """
        dblink dblink_connect dblink_connect_u dblink_exec dblink_open dblink_fetch dblink_send_query
        dblink_get_result dblink_get_connections dblink_build_sql_insert dblink_build_sql_update
        dblink_build_sql_delete dblink_close dblink_disconnect postgres_fdw_get_connections http_get http_post http_put
        http_delete http_patch http_head http http_request net_http_get aws_lambda invoke
        postgres_scan postgres_scan_pushdown postgres_query postgres_execute mysql_query mysql_execute mysql_scan
        httpuritype external_query
        query_export_to_s3 table_import_from_s3 s3_export postgres_fdw_disconnect
        """,
    "process-access": """
        sys_exec sys_eval sys_get sys_set sys_bineval lib_mysqludf_sys_info xp_cmdshell pg_execute_server_program
        java_method shell system edit plpython_call exec_cmd cmdshell
        """,
    "load-extension": "load_extension fts3_tokenizer pg_load_library",
    "opaque": """
        query_to_xml query_to_xmlschema query_to_xml_and_xmlschema table_to_xml table_to_xmlschema
        table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema schema_to_xml_and_xmlschema
        database_to_xml database_to_xmlschema database_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema
        ts_stat ts_rewrite crosstab crosstab2 crosstab3 crosstab4 crosstabn connectby xpath_table eval exec
        cron.schedule schedule_in_database pg_background_launch pg_background_result exec_sql execute_sql run_sql
        create_distributed_table run_command_on_workers run_command_on_shards run_command_on_placements
        query query_table sp_executesql execute_immediate dbms_sql ps_setup_save execute_prepared_stmt sqlite_exec
        dbms_xmlgen.getxml dbms_xmlgen xmlquery_text sp_execute
        """,
    "session-change": "set_config pg_replication_origin_session_setup pg_replication_origin_xact_setup",
    "admin": """
        pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_rotate_logfile_old pg_switch_wal
        pg_create_restore_point pg_backup_start pg_backup_stop pg_start_backup pg_stop_backup pg_promote
        pg_wal_replay_pause pg_wal_replay_resume pg_logical_emit_message pg_import_system_collations pg_nextoid
        pg_create_logical_replication_slot pg_create_physical_replication_slot pg_drop_replication_slot
        pg_copy_logical_replication_slot pg_copy_physical_replication_slot pg_replication_slot_advance
        pg_logical_slot_get_changes pg_logical_slot_peek_changes pg_logical_slot_get_binary_changes
        pg_logical_slot_peek_binary_changes pg_replication_origin_create pg_replication_origin_drop
        pg_replication_origin_advance pg_replication_origin_session_reset pg_replication_origin_xact_reset
        pg_replication_origin_progress pg_replication_origin_session_progress pg_sync_replication_slots
        pg_stat_reset pg_stat_reset_shared pg_stat_reset_single_table_counters pg_stat_reset_single_function_counters
        pg_stat_reset_slru pg_stat_reset_replication_slot pg_stat_reset_subscription_stats pg_stat_reset_backend_stats
        pg_stat_statements_reset pg_log_backend_memory_contexts pg_extension_config_dump pg_logdir pg_switch_xlog
        pg_stop_making_pinned_objects pg_restore_relation_stats pg_restore_attribute_stats pg_clear_relation_stats
        pg_clear_attribute_stats brin_desummarize_range master_pos_wait master_gtid_wait source_pos_wait
        wait_for_executed_gtid_set wsrep_sync_wait_upto_gtid lo_manage pg_surgery heap_force_kill heap_force_freeze
        pg_repack pg_prewarm pg_truncate_visibility_map sqlite_log set_firewall_mode read_firewall_users
        audit_log_filter_set_filter audit_log_read audit_log_rotate keyring_key_fetch keyring_key_generate
        asynchronous_connection_failover_add_source group_replication_set_as_primary
        """,
    "denial-of-service": "pg_sleep pg_sleep_for pg_sleep_until sleep sleep_ms benchmark",
    "advisory-lock": """
        pg_advisory_lock pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared
        pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared
        get_lock service_get_write_locks service_get_read_locks
        """,
    "notify": "pg_notify",
    "statistics-access": "decode_histogram pg_mcv_list_items pragma_storage_info",
    "credential-introspection": "keyring_key_type_fetch keyring_key_length_fetch",
}

TRANSACTION_LOCKS = frozenset(
    """pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_xact_lock
    pg_try_advisory_xact_lock_shared get_lock""".split()
)
"""Functions whose lock ends with the transaction, as that of a row does. MySQL has none but GET_LOCK, which all use for
jobs and migrations: it waits as long as it is told, and ends with the session."""

SEQUENCES = frozenset({"nextval", "setval"})
"""Functions that write, if only a number; a session that only reads may not call them in PostgreSQL either."""

DANGEROUS: dict[str, str] = {name: hazard for hazard, names in _BY_HAZARD.items() for name in names.split()}
"""Function name to hazard id."""

SAFE_OF_COLUMN = frozenset(
    "length char_length character_length octet_length bit_length pg_column_size typeof pg_typeof".split()
)
"""Functions that tell nothing of a bare column's content but its size or type."""

SAFE_WINDOW = frozenset("row_number rank dense_rank percent_rank cume_dist ntile count".split())
"""Window functions and aggregates whose result holds no content."""

SETTING = frozenset({"set_config"})

_BUILTIN = {"postgres": builtins.POSTGRES, "mysql": builtins.MYSQL, "sqlite": builtins.SQLITE}
_SYSTEM_SCHEMAS = frozenset({"", "pg_catalog", "information_schema"})
_PREFIXES = {
    "postgres": ("st_", "jsonb_", "json_", "pg_stat_get_", "has_"),
    "mysql": ("st_", "json_", "mbr"),
    "sqlite": ("json_", "st_"),
}


@lru_cache(maxsize=32)
def _of_parser(dialect: str) -> frozenset[str]:
    """Functions that sqlglot has as the dialect's own; for the dialects that have no list here."""
    from sqlglot.dialects.dialect import Dialect

    known = frozenset(name.lower() for name in Dialect.get_or_raise(dialect).parser_class.FUNCTIONS) | _USUAL
    return known | builtins.DUCKDB if dialect == "duckdb" else known


_USUAL = frozenset("getdate sysdatetime newid len isnull charindex patindex to_number nvl2 userenv to_clob".split())


def risk(name: str) -> str | None:
    """Hazard id of a function, by its name without schema, lower case; ``None`` when none is known."""
    return DANGEROUS.get(name) or ("network-access" if name.startswith("dblink_") else None)


def is_builtin(name: str, dialect: str) -> bool:
    """Whether ``name`` (lower case, perhaps with a schema) is a function of the database itself."""
    schema, _, bare = name.rpartition(".")
    if dialect not in _BUILTIN:
        return not schema and bare in _of_parser(dialect)
    if schema not in _SYSTEM_SCHEMAS:
        return False
    return bare in _BUILTIN[dialect] or bare.startswith(_PREFIXES[dialect])
