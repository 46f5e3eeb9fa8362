// Marquee in one resource group. azd deploys this at subscription scope; names derive from the environment's name.
targetScope = 'subscription'

@description('The azd environment: one word per deployment, part of the names below.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region of all resources. Card data never leaves the PoPs; ledgers live here.')
param location string

@description('The PoPs: two edge-commands subscriptions (gateway, relay) and two shared access policies each.')
@maxLength(12)
param pops string[]

@description('Who may set the Stripe secrets after the deployment: an object id, or nothing to grant it to nobody.')
param principalId string = ''

@description('What principalId is.')
@allowed(['User', 'ServicePrincipal', 'Group'])
param principalType string = 'User'

var token = toLower(uniqueString(subscription().subscriptionId, environmentName, location))
var tags = { 'azd-env-name': environmentName }

// Given to the modules as names, not as outputs: so a snapshot of the deployment is concrete before it runs. What must
// exist first is said with dependsOn.
var names = {
  identity: 'id-${token}'
  workspace: 'log-${token}'
  insights: 'appi-${token}'
  storage: 'st${token}'
  serviceBus: 'sb-${token}'
  vault: 'kv-${token}'
  plan: 'plan-${token}'
  functions: 'func-${token}'
}

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    identityName: names.identity
  }
  dependsOn: [identity]
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    identityName: names.identity
  }
  dependsOn: [identity]
}

module serviceBus 'modules/servicebus.bicep' = {
  scope: group
  params: {
    name: names.serviceBus
    location: location
    tags: tags
    identityName: names.identity
    pops: pops
  }
  dependsOn: [identity]
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    identityName: names.identity
    principalId: principalId
    principalType: principalType
  }
  dependsOn: [identity]
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    name: names.functions
    planName: names.plan
    location: location
    tags: tags
    identityName: names.identity
    insightsName: names.insights
    storageName: names.storage
    serviceBusName: names.serviceBus
    vaultName: names.vault
  }
  // With their roles: the app must find every door open when it first starts.
  dependsOn: [monitoring, storage, serviceBus, vault]
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output MARQUEE_CLOUD_URI string = functions.outputs.uri
output MARQUEE_SERVICE_BUS string = names.serviceBus
output MARQUEE_KEY_VAULT string = names.vault
