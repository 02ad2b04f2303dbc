import t from 'tap'
import { createMemoryFolder } from '../../src/quarantine/memory-folder.js'
import { folderContract } from './folder-contract.js'

folderContract(t, () => createMemoryFolder())
