/** The shapes of Soma's answers that the explorer reads. The OpenAPI document of the service describes them in full. */

export interface WhoAmI {
  kind: 'root' | 'key' | 'jwt';
  id: string;
  by: string;
  /** Null: the caller may use any tenant. */
  tenant: string | null;
  /** Names, and patterns that end with `*`. */
  namespaces: string[];
  scopes: string[];
  expires_at: string | null;
}

export interface NamespaceListed {
  name: string;
  tenant: string;
  total: number;
  episodic: number;
  semantic: number;
  belief: number;
  vector_count: number;
  bytes: number;
  head_seq: number;
  created_at: string;
  last_write_at: string;
}

export interface Memory {
  coord: string;
  id?: string;
  payload: Record<string, unknown>;
  memory_type: string;
  importance: number;
  access_count: number;
  created_at: string;
  updated_at: string;
  expires_at: string | null;
  version: number;
  seq: number;
  embedding_source: string;
}

export interface Version {
  seq: number;
  version: number;
  op: 'put' | 'delete';
  at: string;
  by: string;
  reason?: string;
  content?: 'kept' | 'compacted' | 'purged';
  payload?: Record<string, unknown>;
  text?: string;
  memory_type: string;
  importance?: number;
}

export interface Hit {
  coord: string;
  payload: Record<string, unknown>;
  memory_type: string;
  importance: number;
  score: number;
  relevance?: number;
  updated_at: string;
  seq: number;
  explain?: Record<string, number | string | null>;
}

export interface Hits {
  memories: Hit[];
  degraded: boolean;
  refining: number;
}

export interface Neighbor {
  coord: string;
  link_type: string;
  strength: number;
  hops: number;
  direction?: 'in' | 'out';
  via?: string;
}

export interface Change {
  seq: number;
  op: 'put' | 'delete' | 'link' | 'unlink';
  coord: string;
  at: string;
  by: string;
  version?: number;
  reason?: string;
  payload?: Record<string, unknown>;
  link_to?: string;
  link_type?: string;
}

export interface StateChange {
  coord: string;
  change: 'added' | 'removed' | 'changed';
  from: { seq: number; version: number } | null;
  to: { seq: number; version: number } | null;
}

export interface AccessKey {
  id: string;
  name: string;
  tenant: string;
  namespaces: string[];
  scopes: string[];
  expires_at: string | null;
  limits: { requests_per_minute: number | null; memories: number | null; bytes: number | null };
  usage?: { requests: number; memories: number; bytes: number; last_used_at: string | null };
}

export interface NamespaceSettings {
  name: string;
  quota_memories: number | null;
  quota_bytes: number | null;
  max_memories: number | null;
  max_bytes: number | null;
}

export interface Cluster {
  silos: { name: string; address: string; status: string; figures: SiloFigures | null }[];
}

export interface SiloFigures {
  version: string;
  started_at: string;
  namespaces: number;
  queue_rows: number;
  refining: number;
  index_lag: number;
  searches_waiting: number;
  held_bytes: number;
  budget_bytes: number;
  cpu_percent: number | null;
  memory_bytes: number;
  dashboard: string | null;
}

export interface Health {
  status: string;
  version: string;
  uptime_seconds: number;
  components: { name: string; healthy: boolean; latency_ms: number; detail: string }[];
}
