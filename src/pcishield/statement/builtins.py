"""Names of the databases' own functions that change nothing outside the session's transaction.

PostgreSQL: ``pg_proc`` of 15 without volatile and internal ones, plus what 16 to 18 and common extensions add;
MySQL and MariaDB: ``information_schema.SQL_FUNCTIONS`` and the manuals; SQLite: ``pragma_function_list``; DuckDB:
``duckdb_functions()`` without what has side effects or reads files.
A user's own function of the same name in another schema shadows none of them: names written with a schema
other than the system's are not looked up here.
"""

from __future__ import annotations

__all__ = ["DUCKDB", "MYSQL", "POSTGRES", "SQLITE"]

POSTGRES = frozenset(
    """
    to_regtypemod xmltext system_user pg_split_walfile_name pg_numa_available
    abbrev array
    abs aclcontains acldefault aclexplode aclinsert aclitemeq aclitemin aclitemout aclremove acos acosd acosh age
    akeys any_in any_out any_value anyarray_in anyarray_out anyarray_send anycompatible_in anycompatible_out
    anycompatiblearray_in anycompatiblearray_out anycompatiblearray_send anycompatiblemultirange_in
    anycompatiblemultirange_out anycompatiblenonarray_in anycompatiblenonarray_out anycompatiblerange_in
    anycompatiblerange_out anyelement_in anyelement_out anyenum_in anyenum_out anymultirange_in anymultirange_out
    anynonarray_in anynonarray_out anyrange_in anyrange_out anytextcat area armor array_agg array_append array_cat
    array_dims array_eq array_fill array_ge array_gt array_in array_larger array_le array_length array_lower array_lt
    array_ndims array_ne array_out array_position array_positions array_prepend array_remove array_replace array_reverse
    array_sample array_send array_shuffle array_smaller array_sort array_to_json array_to_string array_to_tsvector
    array_upper arraycontained arraycontains arrayoverlap ascii asin asind asinh atan atan2 atan2d atand atanh avals avg
    bit bit_and bit_count bit_in bit_length bit_or bit_out bit_send bit_xor bitand bitcat bitcmp biteq bitge bitgt bitle
    bitlt bitne bitnot bitor bitshiftleft bitshiftright bittypmodin bittypmodout bitxor bool bool_and bool_or
    booland_statefunc booleq boolge boolgt boolin boolle boollt boolne boolor_statefunc boolout boolsend bound_box box
    box_above box_above_eq box_add box_below box_below_eq box_center box_contain box_contain_pt box_contained
    box_distance box_div box_eq box_ge box_gt box_in box_intersect box_le box_left box_lt box_mul box_out box_overabove
    box_overbelow box_overlap box_overleft box_overright box_right box_same box_send box_sub bpchar bpchar_larger
    bpchar_pattern_ge bpchar_pattern_gt bpchar_pattern_le bpchar_pattern_lt bpchar_smaller bpcharcmp bpchareq bpcharge
    bpchargt bpchariclike bpcharicnlike bpcharicregexeq bpcharicregexne bpcharin bpcharle bpcharlike bpcharlt bpcharne
    bpcharnlike bpcharout bpcharregexeq bpcharregexne bpcharsend bpchartypmodin bpchartypmodout brin_bloom_summary_in
    brin_bloom_summary_out brin_bloom_summary_send brin_minmax_multi_summary_in brin_minmax_multi_summary_out
    brin_minmax_multi_summary_send broadcast btarraycmp btboolcmp btbpchar_pattern_cmp btcharcmp btequalimage
    btfloat48cmp btfloat4cmp btfloat84cmp btfloat8cmp btint24cmp btint28cmp btint2cmp btint42cmp btint48cmp btint4cmp
    btint82cmp btint84cmp btint8cmp btnamecmp btnametextcmp btoidcmp btoidvectorcmp btrecordcmp btrecordimagecmp btrim
    bttext_pattern_cmp bttextcmp bttextnamecmp bttidcmp btvarstrequalimage byteacat byteacmp byteaeq byteage byteagt
    byteain byteale bytealike bytealt byteane byteanlike byteaout byteasend cardinality casefold cash_cmp cash_div_cash
    cash_div_flt4 cash_div_flt8 cash_div_int2 cash_div_int4 cash_div_int8 cash_eq cash_ge cash_gt cash_in cash_le
    cash_lt cash_mi cash_mul_flt4 cash_mul_flt8 cash_mul_int2 cash_mul_int4 cash_mul_int8 cash_ne cash_out cash_pl
    cash_send cash_words cashlarger cashsmaller cast cbrt ceil ceiling center char char_length character_length chareq
    charge chargt charin charle charlt charne charout charsend chr cideq cidin cidout cidr cidr_in cidr_out cidr_send
    cidsend circle circle_above circle_add_pt circle_below circle_center circle_contain circle_contain_pt
    circle_contained circle_distance circle_div_pt circle_eq circle_ge circle_gt circle_in circle_le circle_left
    circle_lt circle_mul_pt circle_ne circle_out circle_overabove circle_overbelow circle_overlap circle_overleft
    circle_overright circle_right circle_same circle_send circle_sub_pt clock_timestamp close_ls close_lseg close_pb
    close_pl close_ps close_sb coalesce col_description collation concat concat_ws convert convert_from convert_to corr
    cos cosd cosh cosine_distance cot cotd count covar_pop covar_samp crc32 crc32c crypt cstring_in cstring_out
    cstring_send cube cube_distance cume_dist current_database current_query current_schema current_schemas
    current_setting current_time current_timestamp current_user currval date date_add date_bin date_cmp
    date_cmp_timestamp date_cmp_timestamptz date_eq date_eq_timestamp date_eq_timestamptz date_ge date_ge_timestamp
    date_ge_timestamptz date_gt date_gt_timestamp date_gt_timestamptz date_in date_larger date_le date_le_timestamp
    date_le_timestamptz date_lt date_lt_timestamp date_lt_timestamptz date_mi date_mi_interval date_mii date_ne
    date_ne_timestamp date_ne_timestamptz date_out date_part date_pl_interval date_pli date_send date_smaller
    date_subtract date_trunc datemultirange daterange daterange_canonical daterange_subdiff datetime_pl datetimetz_pl
    dcbrt dearmor dec decode decrypt decrypt_iv defined degrees delete dense_rank dexp diagonal diameter difference
    digest dist_bp dist_bs dist_cpoint dist_cpoly dist_lp dist_ls dist_pathp dist_pb dist_pc dist_pl dist_polyc
    dist_polyp dist_ppath dist_ppoly dist_ps dist_sb dist_sl dist_sp div dlog1 dlog10 dmetaphone dmetaphone_alt
    domain_in dpow dround dsqrt dtrunc each earth earth_box earth_distance elem_contained_by_multirange
    elem_contained_by_range encode encrypt encrypt_iv enum_cmp enum_eq enum_first enum_ge enum_gt enum_in enum_larger
    enum_last enum_le enum_lt enum_ne enum_out enum_range enum_send enum_smaller erf erfc event_trigger_out every exist
    exists exp extract factorial family fdw_handler_out first first_value float4 float48div float48eq float48ge
    float48gt float48le float48lt float48mi float48mul float48ne float48pl float4_accum float4abs float4div float4eq
    float4ge float4gt float4in float4larger float4le float4lt float4mi float4mul float4ne float4out float4pl float4send
    float4smaller float4um float4up float8 float84div float84eq float84ge float84gt float84le float84lt float84mi
    float84mul float84ne float84pl float8_accum float8_avg float8_combine float8_corr float8_covar_pop float8_covar_samp
    float8_regr_accum float8_regr_avgx float8_regr_avgy float8_regr_combine float8_regr_intercept float8_regr_r2
    float8_regr_slope float8_regr_sxx float8_regr_sxy float8_regr_syy float8_stddev_pop float8_stddev_samp
    float8_var_pop float8_var_samp float8abs float8div float8eq float8ge float8gt float8in float8larger float8le
    float8lt float8mi float8mul float8ne float8out float8pl float8send float8smaller float8um float8up floor
    flt4_mul_cash flt8_mul_cash fmgr_c_validator fmgr_internal_validator fmgr_sql_validator format format_type gamma gcd
    gen_random_bytes gen_random_uuid gen_salt generate_series generate_subscripts get_bit get_byte get_current_ts_config
    getdatabaseencoding getpgusername gin_cmp_tslexeme gin_compare_jsonb greatest grouping gtsvectorin gtsvectorout
    has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege
    has_function_privilege has_language_privilege has_largeobject_privilege has_parameter_privilege has_schema_privilege
    has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege has_type_privilege
    hash_aclitem hash_aclitem_extended hash_array hash_array_extended hash_multirange hash_multirange_extended
    hash_numeric hash_numeric_extended hash_range hash_range_extended hash_record hash_record_extended hashbpchar
    hashbpcharextended hashchar hashcharextended hashenum hashenumextended hashfloat4 hashfloat4extended hashfloat8
    hashfloat8extended hashinet hashinetextended hashint2 hashint2extended hashint4 hashint4extended hashint8
    hashint8extended hashmacaddr hashmacaddr8 hashmacaddr8extended hashmacaddrextended hashname hashnameextended hashoid
    hashoidextended hashoidvector hashoidvectorextended hashtext hashtextextended hashtid hashtidextended height hmac
    host hostmask hstore hstore_to_json hstore_to_jsonb icount icu_unicode_version idx in_range index
    index_am_handler_out inet_client_addr inet_client_port inet_in inet_merge inet_out inet_same_family inet_send
    inet_server_addr inet_server_port inetand inetmi inetmi_int8 inetnot inetor inetpl initcap inner_product int2
    int24div int24eq int24ge int24gt int24le int24lt int24mi int24mul int24ne int24pl int28div int28eq int28ge int28gt
    int28le int28lt int28mi int28mul int28ne int28pl int2_avg_accum int2_avg_accum_inv int2_mul_cash int2_sum int2abs
    int2and int2div int2eq int2ge int2gt int2in int2int4_sum int2larger int2le int2lt int2mi int2mod int2mul int2ne
    int2not int2or int2out int2pl int2send int2shl int2shr int2smaller int2um int2up int2vectorin int2vectorout
    int2vectorsend int2xor int4 int42div int42eq int42ge int42gt int42le int42lt int42mi int42mul int42ne int42pl
    int48div int48eq int48ge int48gt int48le int48lt int48mi int48mul int48ne int48pl int4_avg_accum int4_avg_accum_inv
    int4_avg_combine int4_mul_cash int4_sum int4abs int4and int4div int4eq int4ge int4gt int4in int4inc int4larger
    int4le int4lt int4mi int4mod int4mul int4multirange int4ne int4not int4or int4out int4pl int4range
    int4range_canonical int4range_subdiff int4send int4shl int4shr int4smaller int4um int4up int4xor int8 int82div
    int82eq int82ge int82gt int82le int82lt int82mi int82mul int82ne int82pl int84div int84eq int84ge int84gt int84le
    int84lt int84mi int84mul int84ne int84pl int8_avg int8_mul_cash int8_sum int8abs int8and int8dec int8dec_any int8div
    int8eq int8ge int8gt int8in int8inc int8inc_any int8inc_float8_float8 int8larger int8le int8lt int8mi int8mod
    int8mul int8multirange int8ne int8not int8or int8out int8pl int8pl_inet int8range int8range_canonical
    int8range_subdiff int8send int8shl int8shr int8smaller int8um int8up int8xor integer_pl_date inter_lb inter_sb
    inter_sl interval interval_accum interval_accum_inv interval_avg interval_cmp interval_combine interval_div
    interval_eq interval_ge interval_gt interval_hash interval_hash_extended interval_in interval_larger interval_le
    interval_lt interval_mi interval_mul interval_ne interval_out interval_pl interval_pl_date interval_pl_time
    interval_pl_timestamp interval_pl_timestamptz interval_pl_timetz interval_send interval_smaller interval_um
    intervaltypmodin intervaltypmodout intset is_normalized isclosed isempty isfinite ishorizontal isn_weak isopen
    isparallel isperp isvertical json_agg json_array json_array_element json_array_element_text json_array_elements
    json_array_elements_text json_array_length json_arrayagg json_build_array json_build_object json_each json_each_text
    json_exists json_extract_path json_extract_path_text json_in json_object json_object_agg json_object_field
    json_object_field_text json_object_keys json_objectagg json_out json_populate_record json_populate_recordset
    json_query json_scalar json_send json_serialize json_strip_nulls json_table json_to_record json_to_recordset
    json_to_tsvector json_typeof json_value jsonb_agg jsonb_array_element jsonb_array_element_text jsonb_array_elements
    jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_cmp jsonb_concat
    jsonb_contained jsonb_contains jsonb_delete jsonb_delete_path jsonb_each jsonb_each_text jsonb_eq jsonb_exists
    jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_ge jsonb_gt jsonb_hash
    jsonb_hash_extended jsonb_in jsonb_insert jsonb_le jsonb_lt jsonb_ne jsonb_object jsonb_object_agg
    jsonb_object_field jsonb_object_field_text jsonb_object_keys jsonb_out jsonb_path_exists jsonb_path_exists_opr
    jsonb_path_exists_tz jsonb_path_match jsonb_path_match_opr jsonb_path_match_tz jsonb_path_query
    jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz
    jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_send jsonb_set jsonb_set_lax
    jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof jsonpath_in jsonpath_out
    jsonpath_send justify_days justify_hours justify_interval l1_distance l2_distance lag language_handler_out last
    last_value lastval lca lcm lead least left length levenshtein levenshtein_less_equal lgamma like like_escape line
    line_distance line_eq line_horizontal line_in line_interpt line_intersect line_out line_parallel line_perp line_send
    line_vertical ll_to_earth ln localtime localtimestamp log log10 lower lower_inc lower_inf lpad lseg lseg_center
    lseg_distance lseg_eq lseg_ge lseg_gt lseg_horizontal lseg_in lseg_interpt lseg_intersect lseg_le lseg_length
    lseg_lt lseg_ne lseg_out lseg_parallel lseg_perp lseg_send lseg_vertical ltree2text ltrim macaddr macaddr8
    macaddr8_and macaddr8_cmp macaddr8_eq macaddr8_ge macaddr8_gt macaddr8_in macaddr8_le macaddr8_lt macaddr8_ne
    macaddr8_not macaddr8_or macaddr8_out macaddr8_send macaddr8_set7bit macaddr_and macaddr_cmp macaddr_eq macaddr_ge
    macaddr_gt macaddr_in macaddr_le macaddr_lt macaddr_ne macaddr_not macaddr_or macaddr_out macaddr_send make_date
    make_interval make_time make_timestamp make_timestamptz makeaclitem masklen max md5 merge_action metaphone min
    min_scale mod mode money mul_d_interval multirange multirange_adjacent_multirange multirange_adjacent_range
    multirange_after_multirange multirange_after_range multirange_before_multirange multirange_before_range
    multirange_cmp multirange_contained_by_multirange multirange_contained_by_range multirange_contains_elem
    multirange_contains_multirange multirange_contains_range multirange_eq multirange_ge multirange_gt multirange_in
    multirange_intersect multirange_intersect_agg_transfn multirange_le multirange_lt multirange_minus multirange_ne
    multirange_out multirange_overlaps_multirange multirange_overlaps_range multirange_overleft_multirange
    multirange_overleft_range multirange_overright_multirange multirange_overright_range multirange_send
    multirange_union mxid_age name nameconcatoid nameeq nameeqtext namege namegetext namegt namegttext nameiclike
    nameicnlike nameicregexeq nameicregexne namein namele nameletext namelike namelt namelttext namene namenetext
    namenlike nameout nameregexeq nameregexne namesend netmask network network_cmp network_eq network_ge network_gt
    network_larger network_le network_lt network_ne network_overlap network_smaller network_sub network_subeq
    network_sup network_supeq nextval nlevel normal_rand normalize notlike now npoints nth_value ntile nullif
    num_nonnulls num_nulls numeric numeric_abs numeric_add numeric_cmp numeric_div numeric_div_trunc numeric_eq
    numeric_exp numeric_ge numeric_gt numeric_in numeric_inc numeric_larger numeric_le numeric_ln numeric_log numeric_lt
    numeric_mod numeric_mul numeric_ne numeric_out numeric_pl_pg_lsn numeric_power numeric_send numeric_smaller
    numeric_sqrt numeric_sub numeric_uminus numeric_uplus numerictypmodin numerictypmodout nummultirange numnode
    numrange numrange_subdiff obj_description octet_length oid oideq oidge oidgt oidin oidlarger oidle oidlt oidne
    oidout oidsend oidsmaller oidvectoreq oidvectorge oidvectorgt oidvectorin oidvectorle oidvectorlt oidvectorne
    oidvectorout oidvectorsend oidvectortypes on_pb on_pl on_ppath on_ps on_sb on_sl overlaps overlay parse_ident path
    path_add path_add_pt path_contain_pt path_distance path_div_pt path_in path_inter path_length path_mul_pt path_n_eq
    path_n_ge path_n_gt path_n_le path_n_lt path_npoints path_out path_send path_sub_pt pclose percent_rank
    percentile_cont percentile_disc pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared
    pg_available_extension_versions pg_available_extensions pg_backend_pid pg_basetype pg_blocking_pids
    pg_char_to_encoding pg_client_encoding pg_collation_actual_version pg_collation_for pg_collation_is_visible
    pg_column_compression pg_column_is_updatable pg_column_size pg_conf_load_time pg_config pg_conversion_is_visible
    pg_current_logfile pg_current_snapshot pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
    pg_current_xact_id pg_current_xact_id_if_assigned pg_cursor pg_database_collation_actual_version pg_database_size
    pg_ddl_command_in pg_ddl_command_out pg_ddl_command_send pg_dependencies_in pg_dependencies_out pg_dependencies_send
    pg_describe_object pg_encoding_max_length pg_encoding_to_char pg_event_trigger_ddl_commands
    pg_event_trigger_dropped_objects pg_event_trigger_table_rewrite_oid pg_event_trigger_table_rewrite_reason
    pg_export_snapshot pg_extension_update_paths pg_filenode_relation pg_function_is_visible pg_get_acl
    pg_get_catalog_foreign_keys pg_get_constraintdef pg_get_expr pg_get_function_arg_default pg_get_function_arguments
    pg_get_function_identity_arguments pg_get_function_result pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef
    pg_get_keywords pg_get_object_address pg_get_partition_constraintdef pg_get_partkeydef pg_get_publication_tables
    pg_get_replica_identity_index pg_get_replication_slots pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef
    pg_get_statisticsobjdef_columns pg_get_statisticsobjdef_expressions pg_get_triggerdef pg_get_userbyid pg_get_viewdef
    pg_has_role pg_identify_object pg_identify_object_as_address pg_index_column_has_property pg_index_has_property
    pg_indexam_has_property pg_indexam_progress_phasename pg_indexes_size pg_input_error_info pg_input_is_valid
    pg_is_in_recovery pg_is_other_temp_schema pg_is_wal_replay_paused pg_jit_available pg_last_committed_xact
    pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_listening_channels pg_lock_status
    pg_lsn pg_lsn_cmp pg_lsn_eq pg_lsn_ge pg_lsn_gt pg_lsn_hash pg_lsn_hash_extended pg_lsn_in pg_lsn_larger pg_lsn_le
    pg_lsn_lt pg_lsn_mi pg_lsn_mii pg_lsn_ne pg_lsn_out pg_lsn_pli pg_lsn_send pg_lsn_smaller pg_mcv_list_in
    pg_mcv_list_items pg_mcv_list_out pg_mcv_list_send pg_my_temp_schema pg_ndistinct_in pg_ndistinct_out
    pg_ndistinct_send pg_node_tree_in pg_node_tree_out pg_node_tree_send pg_notification_queue_usage
    pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_options_to_table pg_partition_ancestors
    pg_partition_root pg_partition_tree pg_postmaster_start_time pg_prepared_statement pg_prepared_xact
    pg_relation_filenode pg_relation_filepath pg_relation_is_publishable pg_relation_is_updatable pg_relation_size
    pg_replication_origin_oid pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_sequence_parameters
    pg_settings_get_flags pg_show_all_settings pg_size_bytes pg_size_pretty pg_snapshot_in pg_snapshot_out
    pg_snapshot_send pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin pg_stat_clear_snapshot pg_stat_get_activity
    pg_stat_get_analyze_count pg_stat_get_archiver pg_stat_get_autoanalyze_count pg_stat_get_autovacuum_count
    pg_stat_get_backend_activity pg_stat_get_backend_activity_start pg_stat_get_backend_client_addr
    pg_stat_get_backend_client_port pg_stat_get_backend_dbid pg_stat_get_backend_idset pg_stat_get_backend_pid
    pg_stat_get_backend_start pg_stat_get_backend_userid pg_stat_get_backend_wait_event
    pg_stat_get_backend_wait_event_type pg_stat_get_backend_xact_start pg_stat_get_bgwriter_buf_written_checkpoints
    pg_stat_get_bgwriter_buf_written_clean pg_stat_get_bgwriter_maxwritten_clean
    pg_stat_get_bgwriter_requested_checkpoints pg_stat_get_bgwriter_stat_reset_time
    pg_stat_get_bgwriter_timed_checkpoints pg_stat_get_blocks_fetched pg_stat_get_blocks_hit pg_stat_get_buf_alloc
    pg_stat_get_buf_fsync_backend pg_stat_get_buf_written_backend pg_stat_get_checkpoint_sync_time
    pg_stat_get_checkpoint_write_time pg_stat_get_db_active_time pg_stat_get_db_blk_read_time
    pg_stat_get_db_blk_write_time pg_stat_get_db_blocks_fetched pg_stat_get_db_blocks_hit
    pg_stat_get_db_checksum_failures pg_stat_get_db_checksum_last_failure pg_stat_get_db_conflict_all
    pg_stat_get_db_conflict_bufferpin pg_stat_get_db_conflict_lock pg_stat_get_db_conflict_snapshot
    pg_stat_get_db_conflict_startup_deadlock pg_stat_get_db_conflict_tablespace pg_stat_get_db_deadlocks
    pg_stat_get_db_idle_in_transaction_time pg_stat_get_db_numbackends pg_stat_get_db_session_time
    pg_stat_get_db_sessions pg_stat_get_db_sessions_abandoned pg_stat_get_db_sessions_fatal
    pg_stat_get_db_sessions_killed pg_stat_get_db_stat_reset_time pg_stat_get_db_temp_bytes pg_stat_get_db_temp_files
    pg_stat_get_db_tuples_deleted pg_stat_get_db_tuples_fetched pg_stat_get_db_tuples_inserted
    pg_stat_get_db_tuples_returned pg_stat_get_db_tuples_updated pg_stat_get_db_xact_commit pg_stat_get_db_xact_rollback
    pg_stat_get_dead_tuples pg_stat_get_function_calls pg_stat_get_function_self_time pg_stat_get_function_total_time
    pg_stat_get_ins_since_vacuum pg_stat_get_last_analyze_time pg_stat_get_last_autoanalyze_time
    pg_stat_get_last_autovacuum_time pg_stat_get_last_vacuum_time pg_stat_get_live_tuples pg_stat_get_mod_since_analyze
    pg_stat_get_numscans pg_stat_get_progress_info pg_stat_get_recovery_prefetch pg_stat_get_replication_slot
    pg_stat_get_slru pg_stat_get_snapshot_timestamp pg_stat_get_subscription pg_stat_get_subscription_stats
    pg_stat_get_tuples_deleted pg_stat_get_tuples_fetched pg_stat_get_tuples_hot_updated pg_stat_get_tuples_inserted
    pg_stat_get_tuples_returned pg_stat_get_tuples_updated pg_stat_get_vacuum_count pg_stat_get_wal
    pg_stat_get_wal_receiver pg_stat_get_wal_senders pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit
    pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time pg_stat_get_xact_function_total_time
    pg_stat_get_xact_numscans pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched
    pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted pg_stat_get_xact_tuples_returned
    pg_stat_get_xact_tuples_updated pg_statistics_obj_is_visible pg_table_is_visible pg_table_size
    pg_tablespace_databases pg_tablespace_location pg_tablespace_size pg_timezone_abbrevs pg_timezone_names
    pg_total_relation_size pg_trigger_depth pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
    pg_ts_template_is_visible pg_type_is_visible pg_typeof pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name
    pg_walfile_name_offset pg_xact_commit_timestamp pg_xact_commit_timestamp_origin pg_xact_status pgp_pub_decrypt
    pgp_pub_encrypt pgp_sym_decrypt pgp_sym_decrypt_bytea pgp_sym_encrypt pgp_sym_encrypt_bytea phraseto_tsquery pi
    plainto_tsquery point point_above point_add point_below point_distance point_div point_eq point_horiz point_in
    point_left point_mul point_ne point_out point_right point_send point_sub point_vert poly_above poly_below
    poly_center poly_contain poly_contain_pt poly_contained poly_distance poly_in poly_left poly_npoints poly_out
    poly_overabove poly_overbelow poly_overlap poly_overleft poly_overright poly_right poly_same poly_send polygon popen
    populate_record position postgresql_fdw_validator pow power pt_contained_circle pt_contained_poly querytree
    quote_ident quote_literal quote_nullable radians radius random random_normal range_adjacent
    range_adjacent_multirange range_after range_after_multirange range_agg range_before range_before_multirange
    range_cmp range_contained_by range_contained_by_multirange range_contains range_contains_elem
    range_contains_multirange range_eq range_ge range_gt range_in range_intersect range_intersect_agg
    range_intersect_agg_transfn range_le range_lt range_merge range_minus range_ne range_out range_overlaps
    range_overlaps_multirange range_overleft range_overleft_multirange range_overright range_overright_multirange
    range_send range_union rank record_eq record_ge record_gt record_image_eq record_image_ge record_image_gt
    record_image_le record_image_lt record_image_ne record_in record_le record_lt record_ne record_out record_send
    regclass regclassin regclassout regclasssend regcollationin regcollationout regcollationsend regconfigin
    regconfigout regconfigsend regdictionaryin regdictionaryout regdictionarysend regexp_count regexp_instr regexp_like
    regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regnamespacein
    regnamespaceout regnamespacesend regoperatorin regoperatorout regoperatorsend regoperin regoperout regopersend
    regprocedurein regprocedureout regproceduresend regprocin regprocout regprocsend regr_avgx regr_avgy regr_count
    regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy regrolein regroleout regrolesend regtypein regtypeout
    regtypesend repeat replace reverse right round row row_number row_security_active row_to_json rpad rtrim
    satisfies_hash_partition scale session_user set_bit set_byte set_masklen setseed setval setweight sha224 sha256
    sha384 sha512 shell_in shell_out shobj_description show_limit show_trgm sign similar_escape similar_to_escape
    similarity sin sind sinh skeys slice slope sort sort_asc sort_desc soundex spg_poly_quad_compress split_part sqrt
    starts_with statement_timestamp stddev stddev_pop stddev_samp strict_word_similarity string_agg string_to_array
    string_to_table strip strpos subltree subpath substr substring sum svals table_am_handler_out tan tand tanh text
    text2ltree text_ge text_gt text_larger text_le text_lt text_pattern_ge text_pattern_gt text_pattern_le
    text_pattern_lt text_smaller textanycat textcat texteq texteqname textgename textgtname texticlike texticnlike
    texticregexeq texticregexne textin textlen textlename textlike textltname textne textnename textnlike textout
    textregexeq textregexne textsend tideq tidge tidgt tidin tidlarger tidle tidlt tidne tidout tidsend tidsmaller time
    time_bucket time_bucket_gapfill time_cmp time_eq time_ge time_gt time_hash time_hash_extended time_in time_larger
    time_le time_lt time_mi_interval time_mi_time time_ne time_out time_pl_interval time_send time_smaller timedate_pl
    timeofday timestamp timestamp_cmp timestamp_cmp_date timestamp_cmp_timestamptz timestamp_eq timestamp_eq_date
    timestamp_eq_timestamptz timestamp_ge timestamp_ge_date timestamp_ge_timestamptz timestamp_gt timestamp_gt_date
    timestamp_gt_timestamptz timestamp_hash timestamp_hash_extended timestamp_in timestamp_larger timestamp_le
    timestamp_le_date timestamp_le_timestamptz timestamp_lt timestamp_lt_date timestamp_lt_timestamptz timestamp_mi
    timestamp_mi_interval timestamp_ne timestamp_ne_date timestamp_ne_timestamptz timestamp_out timestamp_pl_interval
    timestamp_send timestamp_smaller timestamptypmodin timestamptypmodout timestamptz timestamptz_cmp
    timestamptz_cmp_date timestamptz_cmp_timestamp timestamptz_eq timestamptz_eq_date timestamptz_eq_timestamp
    timestamptz_ge timestamptz_ge_date timestamptz_ge_timestamp timestamptz_gt timestamptz_gt_date
    timestamptz_gt_timestamp timestamptz_in timestamptz_larger timestamptz_le timestamptz_le_date
    timestamptz_le_timestamp timestamptz_lt timestamptz_lt_date timestamptz_lt_timestamp timestamptz_mi
    timestamptz_mi_interval timestamptz_ne timestamptz_ne_date timestamptz_ne_timestamp timestamptz_out
    timestamptz_pl_interval timestamptz_send timestamptz_smaller timestamptztypmodin timestamptztypmodout timetypmodin
    timetypmodout timetz timetz_cmp timetz_eq timetz_ge timetz_gt timetz_hash timetz_hash_extended timetz_in
    timetz_larger timetz_le timetz_lt timetz_mi_interval timetz_ne timetz_out timetz_pl_interval timetz_send
    timetz_smaller timetzdate_pl timetztypmodin timetztypmodout timezone to_ascii to_bin to_char to_date to_hex to_json
    to_jsonb to_number to_oct to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc
    to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate treat
    trigger_out trim trim_array trim_scale trunc ts_debug ts_delete ts_filter ts_headline ts_lexize ts_match_qv
    ts_match_tq ts_match_tt ts_match_vq ts_parse ts_rank ts_rank_cd ts_token_type tsm_handler_out tsmultirange
    tsq_mcontained tsq_mcontains tsquery_and tsquery_cmp tsquery_eq tsquery_ge tsquery_gt tsquery_le tsquery_lt
    tsquery_ne tsquery_not tsquery_or tsquery_phrase tsqueryin tsqueryout tsquerysend tsrange tsrange_subdiff
    tstzmultirange tstzrange tstzrange_subdiff tsvector_cmp tsvector_concat tsvector_eq tsvector_ge tsvector_gt
    tsvector_le tsvector_lt tsvector_ne tsvector_to_array tsvectorin tsvectorout tsvectorsend txid_current
    txid_current_if_assigned txid_current_snapshot txid_snapshot_in txid_snapshot_out txid_snapshot_send
    txid_snapshot_xip txid_snapshot_xmax txid_snapshot_xmin txid_status txid_visible_in_snapshot unaccent
    unicode_assigned unicode_version uniq unistr unknownin unknownout unknownsend unnest upper upper_inc upper_inf
    uuid_cmp uuid_eq uuid_extract_timestamp uuid_extract_version uuid_ge uuid_generate_v1 uuid_generate_v1mc
    uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_gt uuid_hash uuid_hash_extended uuid_in uuid_le uuid_lt
    uuid_ne uuid_nil uuid_ns_dns uuid_ns_url uuid_out uuid_send uuidv4 uuidv7 var_pop var_samp varbit varbit_in
    varbit_out varbit_send varbitcmp varbiteq varbitge varbitgt varbitle varbitlt varbitne varbittypmodin
    varbittypmodout varchar varcharin varcharout varcharsend varchartypmodin varchartypmodout variance vector_dims
    vector_norm version void_in void_out void_send websearch_to_tsquery width width_bucket word_similarity xid
    xid8_larger xid8_smaller xid8cmp xid8eq xid8ge xid8gt xid8in xid8le xid8lt xid8ne xid8out xid8send xideq xideqint4
    xidin xidneq xidneqint4 xidout xidsend xml xml_in xml_is_well_formed xml_is_well_formed_content
    xml_is_well_formed_document xml_out xml_send xmlagg xmlattributes xmlcomment xmlconcat xmlconcat2 xmlelement
    xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable xmlvalidate xpath xpath_exists
    """.split()
)
"""PostgreSQL 15-18."""

MYSQL = frozenset(
    """
    kdf to_date to_number vec_distance vec_distance_cosine vec_distance_euclidean vec_fromtext vec_totext
    abs acos add_months adddate addtime aes_decrypt aes_encrypt against any_value ascii asin astext atan atan2 avg bin
    bin_to_uuid binary binlog_gtid_pos bit_and bit_count bit_length bit_or bit_xor can_access_table cast ceil ceiling
    char char_length character_length charset chr coalesce coercibility collation column_add column_check column_create
    column_delete column_exists column_get column_json column_list columns_json compress concat concat_operator_oracle
    concat_ws connection_id conv convert convert_tz cos cot count crc32 crc32c cume_dist curdate current_date
    current_role current_time current_timestamp current_user curtime database date date_add date_format date_sub
    datediff day day_hour dayname dayofmonth dayofweek dayofyear decode decode_histogram decode_oracle default degrees
    dense_rank des_decrypt des_encrypt elt encode encrypt exists exp export_set extract extractvalue field find_in_set
    first_value floor format format_bytes format_pico_time found_rows from_base64 from_days from_unixtime geomfromtext
    get_dd_column_privileges get_format greatest group_concat grouping gtid_subset gtid_subtract hex hour icu_version if
    ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr instrb internal_table_rows interval is_free_lock
    is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_used_lock is_uuid isnull json_array json_array_append
    json_array_insert json_array_intersect json_arrayagg json_compact json_contains json_contains_path json_depth
    json_detailed json_equals json_exists json_extract json_insert json_key_value json_keys json_length json_loose
    json_merge json_merge_patch json_merge_preserve json_normalize json_object json_object_to_array json_objectagg
    json_overlaps json_pretty json_query json_quote json_remove json_replace json_schema_valid
    json_schema_validation_report json_search json_set json_storage_free json_storage_size json_table json_type
    json_unquote json_valid json_value lag last_day last_insert_id last_value lastval lcase lead least left length
    lengthb linestring ln localtime localtimestamp locate log log10 log2 lower lpad lpad_oracle ltrim ltrim_oracle
    make_set makedate maketime match max mbrcontains mbrintersects md5 median member microsecond mid min minute mod
    month monthname name_const natural_sort_key nextval now nth_value ntile nullif nvl nvl2 oct octet_length of
    old_password ord password percent_rank percentile_cont percentile_disc period_add period_diff pi point polygon
    position pow power ps_current_thread_id ps_thread_id quarter quote radians rand random_bytes rank regexp_instr
    regexp_like regexp_replace regexp_substr release_all_locks release_lock repeat replace replace_oracle reverse right
    roles_graphml round row row_count row_number rpad rpad_oracle rtrim rtrim_oracle schema schemas sec_to_time second
    session_user setval sformat sha sha1 sha2 sign sin soundex sounds space sqrt st_area st_asgeojson st_astext
    st_buffer st_centroid st_contains st_distance st_distance_sphere st_dwithin st_envelope st_geometrytype
    st_geomfromgeojson st_geomfromtext st_intersects st_isvalid st_latitude st_length st_longitude st_srid st_within
    st_x st_y statement_digest statement_digest_text std stddev stddev_pop stddev_samp str_to_date strcmp subdate substr
    substr_oracle substring substring_index subtime sum sys_guid sysdate system_user tan time time_format time_to_sec
    timediff timestamp timestampadd timestampdiff to_base64 to_char to_days to_seconds trim trim_oracle truncate ucase
    ucasename uncompress uncompressed_length unhex unix_timestamp updatexml upper user utc_date utc_time utc_timestamp
    uuid uuid_short uuid_to_bin uuid_v4 uuid_v7 value values var_pop var_samp variance vec_distance vec_fromtext
    vec_totext version week weekday weekofyear weight_string wsrep_last_seen_gtid wsrep_last_written_gtid year yearweek
    """.split()
)
"""MySQL 8/9 and MariaDB 10/11."""

SQLITE = frozenset(
    """
    abs acos acosh any_value asin asinh atan atan2 atanh avg bitand bitor bitxor bm25 bool_and bool_or cast ceil ceiling
    changes char coalesce concat concat_ws cos cosh cot count cume_dist current_date current_time current_timestamp date
    datetime degrees dense_rank django_date_extract django_date_trunc django_datetime_cast_date
    django_datetime_cast_time django_datetime_extract django_datetime_trunc django_format_dtdelta django_time_diff
    django_time_extract django_time_trunc django_timestamp_diff exists exp first_value floor format fts5 fts5_source_id
    generate_series glob group_concat hex highlight if ifnull iif instr json json_array json_array_insert
    json_array_length json_each json_error_position json_extract json_group_array json_group_object json_insert
    json_object json_patch json_pretty json_quote json_remove json_replace json_set json_tree json_type json_valid jsonb
    jsonb_array jsonb_each jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch
    jsonb_remove jsonb_replace jsonb_set jsonb_tree julianday lag last_insert_rowid last_value lead length like
    likelihood likely ln log log10 log2 lower lpad ltrim match matchinfo max md5 median min mod nth_value ntile nullif
    octet_length offsets optimize percent_rank percentile percentile_cont percentile_disc pi pow power
    pragma_application_id pragma_collation_list pragma_compile_options pragma_data_version pragma_database_list
    pragma_encoding pragma_foreign_key_check pragma_foreign_key_list pragma_foreign_keys pragma_freelist_count
    pragma_function_list pragma_index_info pragma_index_list pragma_index_xinfo pragma_integrity_check
    pragma_journal_mode pragma_module_list pragma_page_count pragma_page_size pragma_pragma_list pragma_quick_check
    pragma_schema_version pragma_table_info pragma_table_list pragma_table_xinfo pragma_user_version printf quote
    radians raise rand random randomblob rank regexp repeat replace reverse round row_number rpad rtreecheck rtreedepth
    rtreenode rtrim sha1 sha224 sha256 sha384 sha512 sign sin sinh snippet soundex sqlite_compileoption_get
    sqlite_compileoption_used sqlite_offset sqlite_source_id sqlite_version sqrt std_dev stddev_pop stddev_samp strftime
    string_agg substr substring subtype sum tan tanh time timediff total total_changes trim trunc typeof unhex unicode
    unistr unistr_quote unixepoch unlikely upper var_pop var_samp zeroblob
    """.split()
)
"""SQLite 3."""

DUCKDB = frozenset(
    """
    add age aggregate ago arbitrary arg_max_null arg_max_nulls_last arg_min_null arg_min_nulls_last array_aggr
    array_aggregate array_apply array_cosine_distance array_cosine_similarity array_cross_product array_distance
    array_dot_product array_extract array_grade_up array_has_any array_indexof array_inner_product
    array_negative_dot_product array_negative_inner_product array_pop_back array_pop_front array_push_back
    array_push_front array_reduce array_resize array_select array_to_json array_to_string_comma_default
    array_transform array_unique array_value array_where array_zip assert_true bar base64 bin binom bit_count
    bit_position bitstring bitstring_agg bitstring_byte_comparable can_cast_implicitly cardinality cast_to_type
    century col_description count_star create_sort_key current_connection_id current_localtime current_query
    current_query_id current_setting currval damerau_levenshtein date_part date_sub datepart datesub days_in_month
    decade decimal_average decimal_division divide duckdb_columns duckdb_constraints duckdb_databases
    duckdb_dependencies duckdb_extensions duckdb_functions duckdb_indexes duckdb_keywords duckdb_schemas
    duckdb_sequences duckdb_tables duckdb_types duckdb_views element_at entropy enum_code enum_first enum_last
    enum_range enum_range_boundary epoch_ns epoch_us equi_width_bins era even favg fdiv fmod format_bytes
    format_pg_type format_type formatreadabledecimalsize formatreadablesize from_binary from_json_strict fsum gamma
    gcd generate_subscripts geomean geometric_mean get_block_size get_current_timestamp get_type grade_up
    greatest_common_divisor hamming has_any_column_privilege has_column_privilege has_database_privilege
    has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege has_schema_privilege
    has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege hash histogram
    histogram_exact hive_partition_component icu_calendar_names icu_sort_key ilike_escape index_key inet_client_addr
    inet_client_port inet_server_addr inet_server_port is_histogram_other_bin isfinite isoyear jaccard
    jaro_similarity json_array_length json_contains json_deep_merge json_deserialize_sql json_each json_exists
    json_group_array json_group_object json_group_structure json_insert json_merge_patch json_merge_patch_diff
    json_normalize json_object json_pretty json_quote json_replace json_serialize_plan json_serialize_sql
    json_structure json_transform json_transform_strict json_tree json_valid json_value julian kahan_sum
    kurtosis_pop lcm least_common_multiple left_grapheme len length_grapheme lgamma like_escape list_aggr
    list_aggregate list_any_value list_apply list_approx_count_distinct list_avg list_bit_and list_bit_or
    list_bit_xor list_bool_and list_bool_or list_cat list_cosine_similarity list_count list_dot_product list_element
    list_entropy list_extract list_first list_grade_up list_has_all list_histogram list_indexof list_inner_product
    list_intersect list_kurtosis list_kurtosis_pop list_last list_mad list_median list_mode
    list_negative_dot_product list_negative_inner_product list_pack list_position list_product list_reduce
    list_resize list_reverse list_select list_sem list_skewness list_slice list_stddev_pop list_stddev_samp
    list_string_agg list_sum list_unique list_var_pop list_var_samp list_where list_zip listagg lttb mad
    make_timestamp_ms make_timestamp_ns make_timestamptz make_type map_concat map_contains map_contains_entry
    map_contains_value map_entries map_extract map_extract_value map_to_pg_oid map_type_id_to_pg_oid map_values
    md5_number md5_number_lower md5_number_upper mean microsecond millennium millisecond mismatches multiply
    nanosecond nextafter nextval nfc_normalize normalized_interval not_ilike_escape not_like_escape now
    obj_description octet_length ord parse_dirname parse_dirpath parse_filename parse_formatted_bytes parse_path
    path_join pg_collation_is_visible pg_conf_load_time pg_conversion_is_visible pg_function_is_visible
    pg_get_constraintdef pg_get_expr pg_get_viewdef pg_has_role pg_is_other_temp_schema pg_my_temp_schema
    pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_postmaster_start_time pg_size_pretty
    pg_table_is_visible pg_timezone_names pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
    pg_ts_template_is_visible pg_type_is_visible pg_typeof position pragma_collations pragma_database_size
    pragma_platform pragma_show pragma_table_info pragma_user_agent pragma_version prefix printf product
    regexp_escape regexp_split_to_array regexp_split_to_table repeat_row replace_type reservoir_quantile
    right_grapheme round_even roundbankers row row_to_json sem set_bit shobj_description signbit st_asbinary
    st_asgeojson st_astext st_aswkb st_aswkt st_crs st_geomfromgeojson st_geomfromwkb st_intersects_extent st_setcrs
    stats string_agg strip_accents strlen struct_concat struct_contains struct_extract_at struct_has struct_indexof
    struct_insert struct_keys struct_position struct_update struct_values substring_grapheme subtract suffix
    sum_no_overflow sumkahan switch test_all_types timetz_byte_comparable timezone timezone_hour timezone_minute
    to_base to_centuries to_decades to_hours to_json to_microseconds to_millennia to_milliseconds to_minutes
    to_months to_quarters to_seconds to_weeks to_years transaction_timestamp try_strptime txid_current unbin
    union_extract union_tag union_value unpivot_list url_decode url_encode user uuid_extract_timestamp
    uuid_extract_version uuidv4 uuidv7 variant_array_length variant_bytes_to_variant variant_comparator
    variant_contains variant_exists variant_extract variant_extract_string variant_group_array variant_group_object
    variant_keys variant_normalize variant_type variant_typeof vertex_extract wavg weekday weighted_avg yearweek
    """.split()
)
"""What the parser does not know of DuckDB's anyway."""
