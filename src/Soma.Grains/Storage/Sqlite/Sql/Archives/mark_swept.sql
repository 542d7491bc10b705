-- Takes what was being built away from whoever still builds it, before its rows go: a publication finds only '~building'.
UPDATE namespaces SET tenant = '~swept' WHERE tenant IN ('~building', '~replaced')
