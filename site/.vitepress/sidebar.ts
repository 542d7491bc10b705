/** All pages of the site, in the order in which somebody new needs them: the file in the repository, and its name in the menu. */
export const sidebar: { text: string; pages: [file: string, text: string][] }[] = [
  {
    text: 'Start',
    pages: [
      ['docs/README.md', 'Where to begin'],
      ['README.md', 'What Soma is'],
      ['docs/tutorial.md', 'Tutorial: ten minutes'],
      ['docs/explorer.md', 'The explorer'],
      ['docs/glossary.md', 'Glossary'],
    ],
  },
  {
    text: 'Use',
    pages: [
      ['docs/api.md', 'The HTTP API, by example'],
      ['docs/filters.md', 'Filters and lists'],
      ['docs/changes.md', 'Following what changes'],
      ['docs/libraries.md', 'Libraries'],
      ['clients/python/README.md', 'Python'],
      ['clients/typescript/README.md', 'TypeScript'],
      ['clients/dotnet/README.md', '.NET'],
      ['docs/cli.md', 'The command line'],
      ['docs/mcp.md', 'Model Context Protocol'],
      ['docs/langgraph.md', 'LangGraph'],
      ['docs/mem0.md', 'mem0'],
      ['examples/README.md', 'Examples'],
      ['examples/mcp/README.md', 'Examples for MCP clients'],
    ],
  },
  {
    text: 'Operate',
    pages: [
      ['docs/deployment.md', 'Deployment'],
      ['helm/README.md', 'The Helm chart'],
      ['docs/operations.md', 'Operations'],
      ['docs/monitoring.md', 'Monitoring'],
      ['docs/runbooks/README.md', 'Runbooks'],
      ['docs/runbooks/silo-lost.md', 'A silo is lost'],
      ['docs/runbooks/redis-lost.md', 'Redis is lost'],
      ['docs/runbooks/postgres-full.md', 'Postgres is full or away'],
      ['docs/runbooks/qdrant-rebuild.md', 'Qdrant is lost or wrong'],
      ['docs/runbooks/restore-drill.md', 'A restore drill'],
      ['SECURITY.md', 'Security'],
    ],
  },
  {
    text: 'Understand',
    pages: [
      ['docs/consistency.md', 'Consistency'],
      ['docs/retrieval.md', 'Retrieval'],
      ['docs/performance.md', 'Performance'],
      ['docs/architecture.md', 'Architecture'],
      ['docs/backup-format.md', 'Backup and export formats'],
    ],
  },
  {
    text: 'Contribute',
    pages: [
      ['CONTRIBUTING.md', 'Contributing'],
      ['CHANGELOG.md', 'Changes by version'],
    ],
  },
];
