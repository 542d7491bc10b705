// Checks the rules of the compose stack (docker-compose.yml), in the form to which compose itself expands it.
//
//   docker compose config --format json > FILE && node scripts/deploy/check-compose.mjs FILE
import { readFileSync } from 'node:fs';

const { services, volumes } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const wrong = [];
const must = (holds, what) => { if (!holds) wrong.push(what); };

must(Object.keys(services).sort().join() === 'gateway,postgres,qdrant,redis,silo', 'plain `up` starts gateway, silo and the three stores');
const ports = { gateway: '9595:9595', postgres: '40021:5432', redis: '40022:6379', qdrant: '40023:6333' };
for (const [name, service] of Object.entries(services)) {
  must(service.restart === 'unless-stopped', `${name}: is started again`);
  must(Number(service.mem_limit) > 0, `${name}: has a memory limit`);
  must(!service.cpus && !service.cpu_quota, `${name}: no processor limit, a throttled silo looks dead`);
  must(service.pids_limit > 0, `${name}: has a limit of processes`);
  must(service.cap_drop?.includes('ALL') && !service.cap_add && !service.privileged, `${name}: no capabilities`);
  must(service.security_opt?.includes('no-new-privileges:true'), `${name}: gains no privileges`);
  must(service.image.startsWith('soma-') || /:v?\d+\.\d+/.test(service.image), `${name}: image pinned to a version, not ${service.image}`);
  must((service.ports ?? []).every(port => port.host_ip === '127.0.0.1'), `${name}: published on loopback only`);
  must((service.ports ?? []).map(port => `${port.published}:${port.target}`).join() === (ports[name] ?? ''), `${name}: port ${ports[name] ?? 'none'}`);
  must(service.logging?.options?.['max-size'], `${name}: logs are bounded`);
  must(service.image.startsWith('soma-') || service.healthcheck?.test, `${name}: has a health check`);
}
for (const name of ['gateway', 'silo']) {
  must(services[name].read_only === true, `${name}: read-only root`);
  must(services[name].stop_grace_period === '1m0s', `${name}: is given a minute to stop`);
}
for (const name of ['postgres', 'redis', 'qdrant']) {
  const mounts = services[name].volumes ?? [];
  must(mounts.length > 0 && mounts.every(mount => mount.type === 'volume' && mount.source in volumes), `${name}: data in a named volume`);
}
must(services.gateway.depends_on.silo.condition === 'service_healthy', 'the gateway waits for a healthy silo');
for (const store of ['postgres', 'redis']) {
  must(services.silo.depends_on[store].condition === 'service_healthy', `silos wait for a healthy ${store}`);
}
const redis = services.redis.command.join(' ');
must(redis.includes('--appendonly yes') && redis.includes('--maxmemory-policy noeviction'), 'Redis keeps a log and evicts nothing');

wrong.forEach(what => console.error(`does not hold: ${what}`));
console.log(`${Object.keys(services).length} services, ${wrong.length} faults`);
process.exit(wrong.length ? 1 : 0);
