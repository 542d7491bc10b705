{{/* Pods of a component of this release. Input: dict "root" $ "component" c. */}}
{{- define "soma.peer" -}}
- podSelector:
    matchLabels:
      {{- include "soma.selector" . | nindent 6 }}
{{- end -}}

{{- define "soma.egress.dns" -}}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
{{- end -}}

{{/* To a store: to its pods where the chart runs it, else to its port on any host. Input: dict "root" $ "store" s. */}}
{{- define "soma.egress.store" -}}
{{- $store := index .root.Values .store -}}
{{- if $store.enabled -}}
- to:
    {{- include "soma.peer" (dict "root" .root "component" .store) | nindent 4 }}
  ports:
    - port: {{ $store.containerPort }}
{{- else if eq .store "qdrant" -}}
{{- if $store.external.url -}}
{{ include "soma.egress.url" $store.external.url }}
{{- end -}}
{{- else -}}
- ports:
    - port: {{ $store.external.port }}
{{- end -}}
{{- end -}}

{{/* To the port of a URL, on any host. */}}
{{- define "soma.egress.url" -}}
{{- $authority := (urlParse .).host -}}
{{- $port := regexFind ":[0-9]+$" $authority | trimPrefix ":" -}}
- ports:
    - port: {{ default (hasPrefix "https" . | ternary 443 80) (int $port) }}
{{- end -}}

{{- define "soma.egress.traces" -}}
{{- with .Values.settings.otlpEndpoint }}
{{ include "soma.egress.url" . }}
{{- end }}
{{- end -}}

{{/* Who may scrape metrics. */}}
{{- define "soma.ingress.metrics" -}}
{{- if .Values.metrics.serviceMonitor.enabled }}
{{- with .Values.networkPolicy.metricsFrom }}
{{- toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
