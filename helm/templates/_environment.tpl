{{/* Settings that silos and gateways share: where Redis is, names of the cluster, limits of requests. */}}
{{- define "soma.env.cluster" -}}
- name: SOMA_CLUSTER_ID
  value: {{ default (printf "%s-%s" .Release.Namespace (include "soma.fullname" .)) .Values.settings.clusterId | quote }}
- name: SOMA_SERVICE_ID
  value: {{ .Values.settings.serviceId | quote }}
- name: SOMA_MAX_REQUEST_BODY_MB
  value: {{ .Values.settings.maxRequestBodyMb | toString | quote }}
- name: SOMA_REQUEST_TIMEOUT_SECONDS
  value: {{ .Values.settings.requestTimeoutSeconds | toString | quote }}
- name: LOG_LEVEL
  value: {{ .Values.settings.logLevel | quote }}
{{- with .Values.settings.otlpEndpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{ include "soma.env.redis" . }}
{{- end -}}

{{- define "soma.env.redis" -}}
{{- $external := .Values.redis.external -}}
{{- if .Values.redis.enabled -}}
- name: REDIS_HOST
  value: "{{ include "soma.fullname" . }}-redis"
- name: REDIS_PORT
  value: {{ .Values.redis.service.port | quote }}
{{- else if $external.urlSecretName -}}
- name: REDIS_URL
  {{- include "soma.secret" (list $external.urlSecretName $external.urlSecretKey) | nindent 2 }}
{{- else -}}
- name: REDIS_URL
  value: {{ printf "%s://%s%s:%d/%d" ($external.tls | ternary "rediss" "redis") (empty $external.username | ternary "" (printf "%s@" $external.username)) $external.host (int64 $external.port) (int64 $external.database) | quote }}
{{- end }}
{{- with .Values.redis.passwordSecretName }}
- name: REDIS_PASSWORD
  {{- include "soma.secret" (list . "REDIS_PASSWORD") | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "soma.env.postgres" -}}
{{- $external := .Values.postgres.external -}}
{{- if .Values.postgres.allowUnsafe -}}
- name: SOMA_ALLOW_UNSAFE_POSTGRES
  value: "true"
{{ end -}}
{{- if and (not .Values.postgres.enabled) $external.urlSecretName -}}
- name: SOMA_POSTGRES_URL
  {{- include "soma.secret" (list $external.urlSecretName $external.urlSecretKey) | nindent 2 }}
{{- else -}}
- name: POSTGRES_HOST
  value: {{ .Values.postgres.enabled | ternary (printf "%s-postgres" (include "soma.fullname" .)) $external.host | quote }}
- name: POSTGRES_PORT
  value: {{ .Values.postgres.enabled | ternary .Values.postgres.service.port $external.port | toString | quote }}
- name: POSTGRES_USER
  value: {{ .Values.postgres.username | quote }}
- name: POSTGRES_DB
  value: {{ .Values.postgres.database | quote }}
- name: POSTGRES_PASSWORD
  {{- include "soma.secret" (list .Values.secrets.postgresPasswordSecretName "SOMA_POSTGRES_PASSWORD") | nindent 2 }}
{{- end }}
{{- if not .Values.postgres.enabled }}
{{- with $external.sslMode }}
- name: POSTGRES_SSL_MODE
  value: {{ . | quote }}
{{- end }}
{{- if $external.caSecretName }}
- name: POSTGRES_SSL_ROOT_CERT
  value: /run/secrets/postgres-ca/ca.crt
{{- end }}
{{- end }}
{{- end -}}

{{- define "soma.env.qdrant" -}}
{{- $external := .Values.qdrant.external -}}
{{- if .Values.qdrant.enabled -}}
- name: QDRANT_HOST
  value: "{{ include "soma.fullname" . }}-qdrant"
- name: QDRANT_PORT
  value: {{ .Values.qdrant.service.port | quote }}
{{- else if $external.url -}}
- name: SOMA_QDRANT_URL
  value: {{ $external.url | quote }}
{{- end }}
{{- if or .Values.qdrant.enabled $external.url }}
{{- with .Values.qdrant.apiKeySecretName }}
- name: SOMA_QDRANT_API_KEY
  {{- include "soma.secret" (list . "QDRANT_API_KEY") | nindent 2 }}
{{- end }}
- name: SOMA_RESIDENT_LIMIT
  value: {{ .Values.qdrant.residentLimit | int64 | quote }}
{{- end }}
{{- end -}}

{{- define "soma.env.embeddings" -}}
{{- with .Values.embeddings -}}
- name: SOMA_EMBEDDINGS
  value: {{ .source | quote }}
- name: SOMA_QUERY_EMBEDDING
  value: {{ .query | quote }}
{{- if .model }}
- name: SOMA_EMBEDDINGS_MODEL
  value: {{ .model | quote }}
{{- end }}
{{- if .dimensions }}
- name: SOMA_EMBEDDINGS_DIMENSIONS
  value: {{ .dimensions | int64 | quote }}
{{- end }}
{{- if .space }}
- name: SOMA_EMBEDDINGS_SPACE
  value: {{ .space | quote }}
{{- end }}
{{- if .queryPrefix }}
- name: SOMA_EMBEDDINGS_QUERY_PREFIX
  value: {{ .queryPrefix | quote }}
{{- end }}
{{- if .documentPrefix }}
- name: SOMA_EMBEDDINGS_DOCUMENT_PREFIX
  value: {{ .documentPrefix | quote }}
{{- end }}
{{- if .apiKeySecretName }}
- name: SOMA_EMBEDDINGS_API_KEY
  {{- include "soma.secret" (list .apiKeySecretName "SOMA_EMBEDDINGS_API_KEY") | nindent 2 }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* Tokens of an issuer, which gateways accept. */}}
{{- define "soma.env.jwt" -}}
{{- with .Values.jwt -}}
{{- if .issuer -}}
- name: SOMA_JWT_ISSUER
  value: {{ .issuer | quote }}
- name: SOMA_JWT_AUDIENCE
  value: {{ .audience | quote }}
{{- if .jwksUrl }}
- name: SOMA_JWT_JWKS_URL
  value: {{ .jwksUrl | quote }}
{{- end }}
{{- if .keyFile }}
- name: SOMA_JWT_KEY_FILE
  value: {{ .keyFile | quote }}
{{- end }}
- name: SOMA_JWT_TENANT_CLAIM
  value: {{ .tenantClaim | quote }}
- name: SOMA_JWT_NAMESPACES_CLAIM
  value: {{ .namespacesClaim | quote }}
- name: SOMA_JWT_SCOPE_CLAIM
  value: {{ .scopeClaim | quote }}
- name: SOMA_JWT_SCOPE_PREFIX
  value: {{ .scopePrefix | quote }}
{{- if .defaultTenant }}
- name: SOMA_JWT_DEFAULT_TENANT
  value: {{ .defaultTenant | quote }}
{{- end }}
{{- if .defaultNamespaces }}
- name: SOMA_JWT_DEFAULT_NAMESPACES
  value: {{ join "," .defaultNamespaces | quote }}
{{- end }}
- name: SOMA_JWT_CLOCK_SKEW_SECONDS
  value: {{ .clockSkewSeconds | toString | quote }}
- name: SOMA_JWT_REFRESH_SECONDS
  value: {{ .refreshSeconds | toString | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The value of an environment variable, from a Secret. Input: list <name of the Secret> <key>. */}}
{{- define "soma.secret" -}}
valueFrom:
  secretKeyRef:
    name: {{ index . 0 | quote }}
    key: {{ index . 1 | quote }}
{{- end -}}

{{- define "soma.postgresCa.volume" -}}
{{- if and (not .Values.postgres.enabled) .Values.postgres.external.caSecretName }}
- name: postgres-ca
  secret:
    secretName: {{ .Values.postgres.external.caSecretName | quote }}
{{- end }}
{{- end -}}

{{- define "soma.postgresCa.mount" -}}
{{- if and (not .Values.postgres.enabled) .Values.postgres.external.caSecretName }}
- name: postgres-ca
  mountPath: /run/secrets/postgres-ca
  readOnly: true
{{- end }}
{{- end -}}
